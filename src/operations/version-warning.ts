import type { Proposal } from '../pipeline/request-task.ts';
import type { World } from '../pipeline/world.ts';
import { knownVersion } from '../profiles/known-version.ts';
import type { Caller } from './operation.ts';

/** Says of each task whose tool is of a version outside the profile's range; the task goes on all the same. */
export async function warnOfVersions(
  caller: Caller,
  world: World,
  proposals: readonly Proposal[],
  tasks: readonly string[],
): Promise<void> {
  const tools = new Map(proposals.map(({ tool }) => [tool.profile.name, tool]));
  for (const [name, { profile, binary }] of tools) {
    const { supported, version } = await knownVersion(profile, binary, world.home.versions);
    if (supported !== false) continue;
    const title = profile.title ?? name;
    const text = `${title} ${version} is outside ${profile.version?.range}, the versions that are known to work.`;
    caller.notify({ kind: 'warning', text });
    for (const [index, task] of tasks.entries()) {
      if (proposals[index]?.tool.profile.name === name)
        world.store.append(task, 1, { type: 'warned', message: text });
    }
  }
}
