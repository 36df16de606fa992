import * as fs from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Profile } from '../model/profile.ts';

/**
 * The absolute path of the tool's program, or null. Looks at files only, starts nothing. Relative entries of the PATH
 * are passed over, since they mean another program in every folder.
 */
export function whichBinary(profile: Profile, dir: string, path: string | undefined): string | null {
  if (profile.binary.includes('/')) {
    const file = resolve(dir, profile.binary);
    return isProgram(file) ? file : null;
  }
  for (const folder of (path ?? '').split(':')) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, profile.binary);
    if (isProgram(file)) return file;
  }
  return null;
}

function isProgram(file: string): boolean {
  // Most are not there: an error that is made and caught costs ten times as much.
  if (!fs.existsSync(file)) return false;
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
