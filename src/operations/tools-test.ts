import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { findTools, toolFolders } from '../pipeline/decide-route.ts';
import { conform } from './conform/conform.ts';
import { type Caller, field, type Operation } from './operation.ts';

const input = z.object({
  tool: field(z.string(), { description: 'the name of its folder', positional: true, value: 'TOOL' }),
});

/** Holds one tool's folder, shipped or the user's own, against everything a tool must keep. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'tools test',
  summary: 'hold the folder of a tool against what every tool must keep',
  effect: 'read',
  input,
  output:
    'orchestra.tool-test/1: the checks with `passed`: true, false, or null where there is nothing to look at',
  examples: ['orchestra tools test TOOL'],
  async run(caller, { tool }) {
    const dir = folderOf(caller, tool);
    const checks = await conform(dir, caller.env.PATH ?? '');
    const passed = checks.every((check) => check.passed !== false);
    return {
      documents: [{ schema: 'orchestra.tool-test/1', tool, dir, passed, checks }],
      exit: passed ? 0 : 1,
    };
  },
};

// Not from the loaded profiles: a broken one is what this is for.
function folderOf({ env }: Caller, tool: string): string {
  const { user, shipped } = toolFolders(env);
  const found = [user, shipped]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, tool))
    .find((dir) => fs.statSync(dir, { throwIfNoEntry: false })?.isDirectory());
  if (/^[a-z0-9]/.test(tool) && !tool.includes('/') && found !== undefined) return found;
  const known = findTools(env).tools.map(({ profile }) => profile.name);
  throw new OrchestraError('usage', `There is no tool "${tool}".`, { hint: `Known: ${known.join(', ')}.` });
}
