import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../../base/errors.ts';
import { run } from '../../base/exec.ts';
import type { Profile } from '../../model/profile.ts';
import { whichBinary } from '../../profiles/installed.ts';
import { profileIn } from '../../profiles/load-profiles.ts';
import { probeVersion } from '../../profiles/probe-version.ts';
import { type ConformCheck, check, notHere } from './check.ts';
import { contractChecks } from './contract.ts';
import { recordingChecks } from './recordings.ts';

/**
 * Holds a tool's folder, an absolute path, against everything a tool must keep. Starts the tool's program only to ask
 * for its version; elsewhere a stand-in takes its place. `path` is the PATH of the caller.
 */
export async function conform(dir: string, path: string): Promise<ConformCheck[]> {
  const script = await scriptCheck(join(dir, 'run.sh'));
  let profile: Profile;
  try {
    profile = profileIn(dir);
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error;
    return [{ name: 'profile', passed: false, detail: error.message }, script];
  }
  const good = { name: 'profile', passed: true, detail: 'is valid' };
  return [
    good,
    script,
    await versionCheck(profile, dir, path),
    ...(script.passed ? await contractChecks(profile, dir, path) : []),
    ...recordingChecks(profile.format, dir),
  ];
}

async function scriptCheck(file: string): Promise<ConformCheck> {
  const name = 'run.sh is a bash script';
  if (!fs.existsSync(file)) return { name, passed: false, detail: 'there is none' };
  const { code, stderr } = await run('bash', ['-n', file]);
  return check(name, code === 0, 'bash reads it without complaint', stderr.trim() || 'bash cannot read it');
}

async function versionCheck(profile: Profile, dir: string, path: string): Promise<ConformCheck> {
  const name = 'version';
  if (profile.version === undefined) return notHere(name, 'the profile does not say how to ask for it');
  const found = await probeVersion(profile, whichBinary(profile, dir, path));
  if (!found.installed) return notHere(name, `${profile.binary} is not installed here, so it was not asked`);
  if (found.problem !== null) return { name, passed: false, detail: `${profile.binary} ${found.problem}` };
  const place = found.supported ? 'inside' : 'outside';
  return { name, passed: true, detail: `${found.version}, ${place} ${profile.version.range}` };
}
