import * as fs from 'node:fs';
import { OrchestraError } from '../base/errors.ts';
import type { Home } from '../model/home.ts';

const damages = new WeakSet<object>();

/** The error for a database that cannot be used as it is. `what` follows its path, such as `is damaged`. */
export function damaged(path: string, what: string, cause?: unknown): OrchestraError {
  const error = new OrchestraError('unavailable', `The database ${path} ${what}.`, {
    hint: 'orchestra doctor --fix restores it from its last backup and the run folders, and keeps what is there.',
    cause,
  });
  damages.add(error);
  return error;
}

/** Whether the error says that the database is damaged or lost, which waiting does not mend. */
export function isDamage(error: unknown): boolean {
  return typeof error === 'object' && error !== null && damages.has(error);
}

/** Whether the home has had tasks, as their folders or a backup tell. */
export function hasTraces(home: Home): boolean {
  return names(home.runs).some((name) => /^task-\d+$/.test(name)) || names(home.backups).length > 0;
}

/** The names in a folder; none when it is not there. */
export function names(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
