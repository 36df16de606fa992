import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { formats } from '../model/words.ts';
import { toolFolders } from '../pipeline/decide-route.ts';
import { type Caller, field, type Operation } from './operation.ts';

const input = z.object({
  tool: field(z.string(), { description: 'the name of the new tool', positional: true, value: 'TOOL' }),
  format: field(z.enum(formats).default('plain'), {
    description: 'the format of its output',
    value: 'FORMAT',
  }),
  into: field(z.string().optional(), {
    description: 'the folder that holds tools (default: your own)',
    value: 'DIR',
  }),
});
type Input = z.infer<typeof input>;

const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Makes the folder of a new tool from the template. */
export const operation: Operation<Input> = {
  name: 'tools new',
  summary: 'make the folder of a new tool, ready to be filled in',
  effect: 'write',
  input,
  output: 'orchestra.new-tool/1: the folder and its files',
  examples: ['orchestra tools new my-agent --format plain', 'orchestra tools test my-agent'],
  async run(caller, given) {
    const dir = placeOf(caller, given);
    const template = join(packageRoot(), 'tools', '_template');
    // Made under another name first, so that no half of a tool is ever found.
    const draft = join(dir, '..', `.${given.tool}-${process.pid}`);
    fs.mkdirSync(draft, { recursive: true });
    const files = fs.readdirSync(template).sort();
    for (const name of files) {
      const text = fs.readFileSync(join(template, name), 'utf8');
      const filled = text.replaceAll('@NAME@', given.tool).replaceAll('@FORMAT@', given.format);
      fs.writeFileSync(join(draft, name), filled, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
    }
    fs.renameSync(draft, dir);
    return { documents: [{ schema: 'orchestra.new-tool/1', tool: given.tool, dir, files }] };
  },
};

function placeOf({ env, cwd }: Caller, { tool, into }: Input): string {
  if (!NAME.test(tool)) {
    throw new OrchestraError('usage', `"${tool}" cannot be the name of a tool.`, {
      hint: 'Take lower-case letters, digits and dashes, and a letter or digit first.',
    });
  }
  const { user, shipped } = toolFolders(env);
  const folder = into === undefined ? user : resolve(cwd, into);
  if (folder === undefined) {
    throw new OrchestraError(
      'config',
      'Neither XDG_CONFIG_HOME nor HOME is set, so you have no folder for tools.',
      {
        hint: 'Name one with --into.',
      },
    );
  }
  const taken = [folder, shipped].map((one) => join(one, tool)).find((dir) => fs.existsSync(dir));
  if (taken !== undefined) {
    throw new OrchestraError('conflict', `There is a tool "${tool}" already, in ${taken}.`, {
      hint: 'Take another name; to replace a shipped tool, copy its folder.',
    });
  }
  return join(folder, tool);
}
