import { resolve } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { trustRepo } from '../config/trust.ts';
import { inspectRepo } from '../git/repo.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  repo: field(z.string().optional(), { description: 'the repository (default: here)', value: 'DIR' }),
});

/** Lets what a repository's `.orchestra/` would execute count, as it is now. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'trust',
  summary: "allow the commands of this repository's .orchestra/",
  effect: 'write',
  input,
  output: 'orchestra.trust/1',
  async run(caller, { repo }) {
    const facts = await inspectRepo(resolve(caller.cwd, repo ?? '.'));
    if (facts.kind === 'none') {
      throw new OrchestraError('usage', `${facts.root} is not a git repository.`, {
        hint: 'Go to the repository, or name it with --repo.',
      });
    }
    return {
      documents: [{ schema: 'orchestra.trust/1', repo: facts.root, ...trustRepo(facts.root, caller.env) }],
    };
  },
};
