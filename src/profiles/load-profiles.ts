import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, OrchestraError } from '../base/errors.ts';
import { isAbsent, stampOf } from '../base/files.ts';
import { checkYaml, faultError, readYaml, type YamlFile } from '../base/yaml-file.ts';
import { Profile } from '../model/profile.ts';
import { parseRange } from './version-range.ts';

/** Where a profile comes from. */
export type ProfileOrigin = 'shipped' | 'user';

/** A tool profile with its folder, an absolute path. */
export interface LoadedProfile {
  profile: Profile;
  dir: string;
  origin: ProfileOrigin;
}

/** A tool's folder that cannot be used, and why. */
export interface ProfileProblem {
  tool: string;
  message: string;
  hint: string | undefined;
}

/** Every usable profile by name, and what is wrong with the others. */
export interface LoadedProfiles {
  profiles: LoadedProfile[];
  problems: ProfileProblem[];
}

/** The folders that hold tools: the package's, and the user's `<config>/orchestra/tools` if there is one. */
export interface ToolFolders {
  shipped: string;
  user?: string | undefined;
}

/**
 * Reads every `<name>/profile.yaml`. The user's folder of a name replaces the shipped one, also when it is broken: it
 * may have been made to forbid something.
 */
export function loadProfiles(folders: ToolFolders): LoadedProfiles {
  const places = new Map<string, { dir: string; origin: ProfileOrigin }>();
  for (const origin of ['shipped', 'user'] as const) {
    const folder = folders[origin];
    if (folder === undefined) continue;
    for (const name of toolNames(folder)) places.set(name, { dir: join(folder, name), origin });
  }
  const loaded: LoadedProfiles = { profiles: [], problems: [] };
  for (const [tool, { dir, origin }] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      loaded.profiles.push({ profile: readProfile(tool, dir, origin), dir, origin });
    } catch (error) {
      const hint = error instanceof OrchestraError ? error.hint : undefined;
      loaded.problems.push({
        tool,
        message: error instanceof OrchestraError ? error.message : messageOf(error),
        hint,
      });
    }
  }
  return loaded;
}

function toolNames(folder: string): string[] {
  try {
    return fs.readdirSync(folder).filter((name) => !/^[_.]/.test(name) && isFolder(join(folder, name)));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isFolder(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readProfile(tool: string, dir: string, origin: ProfileOrigin): Profile {
  const label = origin === 'shipped' ? `tools/${tool}/profile.yaml` : join(dir, 'profile.yaml');
  const path = join(dir, 'profile.yaml');
  const stamp = stampOf(path);
  const before = known.get(path);
  const profile =
    before !== undefined && before.stamp === stamp ? before.profile : checkedProfile(tool, path, label);
  if (stamp !== undefined) known.set(path, { stamp, profile });
  if (!fs.existsSync(join(dir, 'run.sh'))) {
    throw new OrchestraError('config', `${join(label, '..', 'run.sh')} is missing.`, {
      hint: 'A tool needs a run.sh that starts it.',
    });
  }
  return profile;
}

// A batch asks for each profile at every line, the conductor at every run. Only sound ones are kept.
const known = new Map<string, { stamp: string; profile: Profile }>();

function checkedProfile(tool: string, path: string, label: string): Profile {
  const file = readYaml(path, label);
  if (file === undefined) {
    throw new OrchestraError('config', `${label} is missing.`, {
      hint: 'A tool needs a profile.yaml and a run.sh.',
    });
  }
  const profile = checkYaml(file, Profile);
  checkMeaning(tool, profile, file);
  return profile;
}

// What the schema cannot see.
function checkMeaning(tool: string, profile: Profile, file: YamlFile): void {
  if (profile.name !== tool) {
    throw faultError(file, [
      { path: ['name'], text: `name is "${profile.name}", expected the folder's name "${tool}"` },
    ]);
  }
  const range = profile.version?.range;
  if (range !== undefined && parseRange(range) === undefined) {
    const text = `version.range is "${range}", expected a range such as ">=2.1 <3" or "^0.169"`;
    throw faultError(file, [{ path: ['version', 'range'], text }]);
  }
}

/** The profile in a tool's folder, an absolute path. Throws `config`. */
export function profileIn(dir: string): Profile {
  return readProfile(basename(dir), dir, 'user');
}
