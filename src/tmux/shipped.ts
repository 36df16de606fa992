import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';

/** The path of a file that ships with the program, wherever this code was bundled to. Throws `internal` when it is missing. */
export function shippedFile(relative: string): string {
  for (let dir = import.meta.dirname; ; dir = dirname(dir)) {
    const path = join(dir, relative);
    if (existsSync(path)) return path;
    if (dir === dirname(dir)) {
      throw new OrchestraError('internal', `The file ${relative} of this installation is missing.`, {
        hint: 'Install it again.',
      });
    }
  }
}
