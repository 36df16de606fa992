import * as fs from 'node:fs';
import * as z from 'zod';
import { readJson, writeAtomic } from '../base/files.ts';
import type { Profile } from '../model/profile.ts';
import { judgedVersion, type ProbedVersion, probeVersion } from './probe-version.ts';

const Known = z.record(z.string(), z.object({ stamp: z.string(), text: z.string() }));

/** A shorter wait than that of `tools`: a task is about to run. */
const LIMIT_MS = 3_000;

/**
 * The version of the program at `binary`. Asked once for each file: answers are kept in `file` until the program or
 * its arguments change. Never throws.
 */
export async function knownVersion(
  profile: Profile,
  binary: string | null,
  file: string,
): Promise<ProbedVersion> {
  const stamp = stampOf(profile, binary);
  if (binary === null || stamp === undefined) return probeVersion(profile, binary, LIMIT_MS);
  const known = Known.safeParse(readJson(file)).data ?? {};
  const before = known[binary];
  if (before?.stamp === stamp) return judgedVersion(profile, before.text);
  const found = await probeVersion(profile, binary, LIMIT_MS);
  if (found.version !== null) keep(file, { ...known, [binary]: { stamp, text: found.version } });
  return found;
}

function stampOf(profile: Profile, binary: string | null): string | undefined {
  if (binary === null || profile.version === undefined) return undefined;
  try {
    const { ino, size, mtimeMs } = fs.statSync(binary);
    return JSON.stringify([fs.realpathSync(binary), ino, size, mtimeMs, profile.version.argv]);
  } catch {
    return undefined;
  }
}

// Lost, it is asked again.
function keep(file: string, known: z.infer<typeof Known>): void {
  try {
    writeAtomic(file, JSON.stringify(known));
  } catch {
    return;
  }
}
