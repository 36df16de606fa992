import { resolve } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { inspectRepo } from '../git/repo.ts';
import { decideRoute, gatherSettings, standingsFor } from '../pipeline/decide-route.ts';
import { field, type Operation } from './operation.ts';
import { routeFlags } from './task-flags.ts';
import { decodeText, parseBatch, parseRequest, type RawRequest, readGiven } from './task-input.ts';

const input = z.object({
  task: field(z.string().optional(), { description: 'the task; - reads standard input', value: 'TEXT' }),
  batch: field(z.string().optional(), {
    description: 'many, one JSON object with "task" a line; - reads standard input',
    value: 'F',
  }),
  ...routeFlags,
  why: field(z.boolean().optional(), { description: 'say how the tools have done at that here, too' }),
  repo: field(z.string().optional(), { description: 'the folder it is about (default: here)', value: 'DIR' }),
});

/** What `delegate` would choose, and why. Runs nothing. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'route',
  summary: 'say which tool a task would go to, and why',
  effect: 'read',
  input,
  output: 'orchestra.route/1, one a task',
  examples: [
    'orchestra route --task "Speed up the search query"',
    'orchestra route --task "Speed up the search query" --why',
    'orchestra route --batch tasks.jsonl --json',
  ],
  async run(caller, given) {
    const { task, batch, repo, why, ...flags } = given;
    if ((task === undefined) === (batch === undefined)) {
      throw new OrchestraError('usage', 'Give one of --task and --batch.', {
        hint: 'orchestra route --task "what to do"',
      });
    }
    const facts = await inspectRepo(resolve(caller.cwd, repo ?? '.'));
    const settings = gatherSettings(caller.env, facts.kind === 'none' ? undefined : facts.root);
    const overrides = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
    const decide = (raw: RawRequest, what: string) => {
      const route = decideRoute(settings, caller.home, parseRequest({ ...raw, ...overrides }, what));
      return why === true ? { ...route, standings: standingsFor(settings, caller.home, route) } : route;
    };
    if (batch === undefined) {
      const text =
        task === '-' ? decodeText(await readGiven(caller, '-'), 'the task text on standard input') : task;
      return { documents: [decide({ task: text }, '--task')] };
    }
    const label = batch === '-' ? 'standard input' : batch;
    const lines = parseBatch(decodeText(await readGiven(caller, batch), label, 64 * 1024 * 1024), label);
    return {
      documents: lines.map(({ line, value }) =>
        decide(
          { task: value.task, ...(value.labels === undefined ? {} : { labels: value.labels }) },
          `${label}, line ${line}`,
        ),
      ),
    };
  },
};
