import * as fs from 'node:fs';
import { readJson, type WriteFile, writeAtomic } from '../base/files.ts';
import type { Variables } from './environment.ts';

/**
 * Keeps the environment of a task for runs that no person asks for, mode 0600, until `dropEnvironment`: the wrapper
 * deletes the copy of a run as it starts, and the conductor has no secrets of its own.
 */
export function keepEnvironment(path: string, variables: Variables, write: WriteFile = writeAtomic): void {
  write(path, JSON.stringify(variables));
}

/** The kept environment, or undefined when there is none. */
export function keptVariables(path: string): Variables | undefined {
  const value = readJson(path);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter(([, text]) => typeof text === 'string'),
  ) as Variables;
}

/** Forgets the environment of a task that is over. */
export function dropEnvironment(path: string): void {
  fs.rmSync(path, { force: true });
}
