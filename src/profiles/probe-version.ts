import type { Finished } from '../base/exec.ts';
import { oneLine } from '../base/text.ts';
import type { Profile } from '../model/profile.ts';
import { findVersion, inRange, parseRange } from './version-range.ts';

/** What is known of a tool's program. Unknown is null. */
export interface ProbedVersion {
  installed: boolean;
  version: string | null;
  /** Whether the profile's range holds the version. */
  supported: boolean | null;
  /** Why there is no version, as the end of a sentence that begins with the tool. */
  problem: string | null;
}

/** Asks the program at `binary` (from `whichBinary`) for its version; waits at most `limitMs`. Never throws. */
export async function probeVersion(
  profile: Profile,
  binary: string | null,
  limitMs = 10_000,
): Promise<ProbedVersion> {
  const unknown = { installed: binary !== null, version: null, supported: null };
  if (binary === null) return { ...unknown, problem: 'is not installed' };
  if (profile.version === undefined) return { ...unknown, problem: null };
  // A version that is known from before is not asked for, and this is long to load.
  const { run } = await import('../base/exec.ts');
  const result = await run(binary, profile.version.argv, { timeoutMs: limitMs, maxBuffer: 64 * 1024 });
  const found = result.code === 0 ? (findVersion(result.stdout) ?? findVersion(result.stderr)) : undefined;
  if (found === undefined) return { ...unknown, problem: problemOf(result, limitMs) };
  return judgedVersion(profile, found.text);
}

/** A version that is known, held against the profile's range. */
export function judgedVersion(profile: Profile, text: string): ProbedVersion {
  const found = findVersion(text);
  const range = parseRange(profile.version?.range ?? '');
  const supported = range === undefined || found === undefined ? null : inRange(found.version, range);
  return { installed: true, version: text, supported, problem: null };
}

function problemOf(result: Finished, limitMs: number): string {
  if (result.timedOut) return `did not tell its version within ${limitMs / 1000} s`;
  if (result.startError !== undefined) return `cannot be started (${result.startError})`;
  if (result.code === 0) return 'printed no version';
  const ending = result.signal === null ? `ended with ${result.code}` : `was ended by ${result.signal}`;
  const words = oneLine(result.stderr || result.stdout, 120);
  return `${ending} when asked for its version${words === '' ? '' : `: ${words}`}`;
}
