import { resolve } from 'node:path';
import * as z from 'zod';
import { loadConfig } from '../config/load-config.ts';
import { inspectRepo } from '../git/repo.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  repo: field(z.string().optional(), {
    description: 'as seen from this folder (default: here)',
    value: 'DIR',
  }),
});

/** Every setting with its value and where it comes from. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'config',
  summary: 'show each setting and where it comes from',
  effect: 'read',
  input,
  output: 'orchestra.config/1',
  async run(caller, { repo }) {
    const facts = await inspectRepo(resolve(caller.cwd, repo ?? '.'));
    const loaded = loadConfig({ env: caller.env, repoRoot: facts.kind === 'none' ? undefined : facts.root });
    const settings = Object.entries(loaded.config).map(([key, value]) => ({
      key,
      value,
      origin: loaded.origins[key as keyof typeof loaded.origins],
    }));
    const { untrusted, hint } = loaded;
    return {
      documents: [
        { schema: 'orchestra.config/1', home: caller.home.root, settings, untrusted, hint: hint ?? null },
      ],
    };
  },
};
