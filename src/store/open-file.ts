import { DatabaseSync } from 'node:sqlite';
import { patienceMs } from './patience.ts';
import { migrations } from './schema.ts';

/** One connection to a database file as it lies there. */
export function openSingle(path: string, options: { readOnly?: boolean } = {}): DatabaseSync {
  return new DatabaseSync(path, { timeout: patienceMs, ...options });
}

/** How many migrations a database has had; 0 for one that is new. */
export function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('pragma user_version').get()?.user_version);
}

/** Brings a database to the version after `steps`, in a transaction that is open. */
export function applySteps(connection: DatabaseSync, steps: readonly string[] = migrations): void {
  for (const step of steps.slice(versionOf(connection))) connection.exec(step);
  connection.exec(`pragma user_version = ${steps.length}`);
}
