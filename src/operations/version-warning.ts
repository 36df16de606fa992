import type { ToolHere } from '../pipeline/decide-route.ts';
import type { World } from '../pipeline/world.ts';
import { knownVersion } from '../profiles/known-version.ts';
import type { Caller } from './operation.ts';

/** A run that was asked for, and the tool that is to do it. */
interface Asked {
  tool: ToolHere;
  task: string;
  run: number;
}

/** Says of each run whose tool is of a version outside the profile's range; it goes on all the same. */
export async function warnOfVersions(caller: Caller, world: World, runs: readonly Asked[]): Promise<void> {
  const tools = new Map(runs.map(({ tool }) => [tool.profile.name, tool]));
  for (const [name, { profile, binary }] of tools) {
    const { supported, version } = await knownVersion(profile, binary, world.home.versions);
    if (supported !== false) continue;
    const title = profile.title ?? name;
    const text = `${title} ${version} is outside ${profile.version?.range}, the versions that are known to work.`;
    caller.notify({ kind: 'warning', text });
    for (const { tool, task, run } of runs) {
      if (tool.profile.name === name) world.store.append(task, run, { type: 'warned', message: text });
    }
  }
}
