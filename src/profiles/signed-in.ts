import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../model/profile.ts';

/** Whether a tool has credentials, and what tells so: a variable's name or a file's path as the profile writes it. */
export interface SignedIn {
  state: 'yes' | 'no' | 'unknown';
  by: string | null;
}

/**
 * Looks whether a documented variable is set or a documented file is there; never reads either. `no` means that none
 * is, and that the profile names no other place on this system (`macos`, or `linux` for any other).
 */
export function signedIn(
  profile: Profile,
  env: Record<string, string | undefined>,
  system: 'linux' | 'macos',
): SignedIn {
  const places = profile.signedIn;
  if (places === undefined) return { state: 'unknown', by: null };
  const name = places.env.find((candidate) => (env[candidate] ?? '') !== '');
  if (name !== undefined) return { state: 'yes', by: name };
  const file = places.files.find((candidate) => isFile(pathOf(candidate, env)));
  if (file !== undefined) return { state: 'yes', by: file };
  return { state: places.elsewhere.includes(system) ? 'unknown' : 'no', by: null };
}

/** `~/x`, `/x` and `${NAME:-~/.y}/x` as a path; undefined when a home is needed and not set. */
function pathOf(text: string, env: Record<string, string | undefined>): string | undefined {
  const filled = text.replace(
    /^\$\{(\w+):-([^}]*)\}/,
    (_, name: string, otherwise: string) => env[name] || otherwise,
  );
  if (!filled.startsWith('~/')) return filled;
  return env.HOME ? join(env.HOME, filled.slice(2)) : undefined;
}

function isFile(path: string | undefined): boolean {
  if (path === undefined) return false;
  try {
    return fs.statSync(path).isFile();
  } catch {
    return false;
  }
}
