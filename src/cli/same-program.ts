import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The name of the conductor's socket: `conductor.sock`, or in a home with a long path what `conductor.socket-path` says. */
export const doorName = 'conductor';

/** Which build of the program this is: only one that is the same gives the same answer. */
export function buildId(): string {
  return dirname(fileURLToPath(import.meta.url));
}

/** Device and inode of a folder: its path alone may lead another process elsewhere. Throws when it is gone. */
export function placeOf(folder: string): string {
  const { dev, ino } = fs.statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}
