import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { runAgain } from './next-run.ts';
import { field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  tool: field(z.string().optional(), { description: 'with another tool', value: 'NAME' }),
  detach: field(z.boolean().optional(), { description: 'return at once' }),
});

/** Runs a task again in the same worktree, on top of what is there. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'retry',
  summary: 'run a task again, on top of what it has done',
  effect: 'write',
  input,
  output: 'orchestra.summary/1; with --detach orchestra.task/1',
  examples: ['orchestra retry task-5', 'orchestra retry task-5 --tool NAME'],
  run(caller, given) {
    const next = { mode: 'retry' as const, ...(given.tool === undefined ? {} : { tool: given.tool }) };
    return runAgain(caller, given.task, next, given.detach === true, (view) => {
      if (['failed', 'cancelled', 'blocked', 'review'].includes(view.status) && view.approved === undefined)
        return;
      throw new OrchestraError(
        'refused',
        `${view.id} is ${view.status}; only a task that failed or was not landed can be run again.`,
        {
          hint:
            view.status === 'done' ? 'Give a new task instead.' : `Wait for it: orchestra wait ${view.id}`,
        },
      );
    });
  },
};
