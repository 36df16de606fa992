import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { readIfExists, writeAtomic } from '../base/files.ts';
import { userFolder } from '../config/layers.ts';
import { loadRouting } from '../config/load-routing.ts';
import { pastTasks } from '../pipeline/history.ts';
import { forgetLearned, learnEverything } from '../pipeline/learned.ts';
import { prior, tally } from '../route/standing.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation } from './operation.ts';
import {
  lineDiff,
  type Proposal,
  proposals,
  type RuleRecord,
  ruleRecords,
  withProposals,
} from './tune-rules.ts';

const input = z.object({
  apply: field(z.boolean().optional(), { description: 'write the proposed rules into your routes.yaml' }),
  forget: field(z.boolean().optional(), {
    description: 'delete what was learned; what happened stays in the ledger and the events',
  }),
});

/** `orchestra.tune/1`. */
export interface TuneDocument {
  schema: 'orchestra.tune/1';
  tasks: number;
  rules: RuleRecord[];
  /** What has been counted, one entry for a category, tier and tool. */
  learned: {
    category: string;
    tier: string;
    tool: string;
    good: number;
    bad: number;
    switched: number;
    overridden: number;
    outcome: string;
  }[];
  /** What every tool is taken for at first. */
  prior: { good: number; bad: number };
  proposals: Proposal[];
  /** The file that would change. */
  file: string;
  diff: string;
  applied: boolean;
  forgotten: boolean;
}

/** Shows which rules misroute here and proposes rules that would not. Changes something only when told to. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'tune',
  summary: 'show which rules misroute here, and propose better ones',
  effect: 'write',
  input,
  output: 'orchestra.tune/1',
  examples: ['orchestra tune', 'orchestra tune --apply', 'orchestra tune --forget'],
  async run(caller, { apply, forget }) {
    const folder = userFolder(caller.env);
    if (folder === undefined) {
      throw new OrchestraError(
        'config',
        'Neither XDG_CONFIG_HOME nor HOME is set, so there is no routes.yaml of yours.',
        {
          hint: 'Set HOME.',
        },
      );
    }
    const file = join(folder, 'routes.yaml');
    const { routing } = loadRouting({ env: caller.env });
    return withWorld(caller, { write: true }, ({ home, store }) => {
      if (forget === true) forgetLearned(home, store);
      const tasks = pastTasks(store);
      const before = readIfExists(file) ?? '';
      // What stands there already is nothing to propose.
      const some = proposals(tasks, routing).filter((one) => withProposals(before, [one]) !== before);
      const after = some.length === 0 ? before : withProposals(before, some);
      const applied = apply === true && after !== before;
      if (applied) {
        fs.mkdirSync(dirname(file), { recursive: true });
        writeAtomic(file, after);
      }
      const document: TuneDocument = {
        schema: 'orchestra.tune/1',
        tasks: tasks.length,
        rules: ruleRecords(tasks),
        learned: learnedRows(learnEverything(home, store).cells),
        prior,
        proposals: some,
        file,
        diff: lineDiff(before, after),
        applied,
        forgotten: forget === true,
      };
      return { documents: [document] };
    });
  },
};

function learnedRows(cells: ReturnType<typeof learnEverything>['cells']): TuneDocument['learned'] {
  return Object.entries(cells)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { good, bad, switched, overridden }]) => {
      const [category = '', tier = '', tool = ''] = key.split(' ');
      return { category, tier, tool, good, bad, switched, overridden, outcome: tally({ good, bad }) };
    });
}
