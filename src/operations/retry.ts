import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { changeText } from '../pipeline/change-text.ts';
import type { NextRun } from '../pipeline/request-run.ts';
import type { World } from '../pipeline/world.ts';
import { handoverText } from '../plan/handover.ts';
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
    const { tool } = given;
    const next = async (world: World, view: TaskView): Promise<NextRun> =>
      tool === undefined
        ? { mode: 'retry' }
        : { mode: 'retry', tool, ...(await takeOver(world, view, tool)) };
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

/** What another agent than the last one is given beside the task: the change of its predecessor and its failure. */
async function takeOver(world: World, view: TaskView, tool: string): Promise<{ prompt?: string }> {
  const run = lastRun(view);
  if (run?.plan === undefined || run.plan.tool === tool || run.settlement === undefined) return {};
  const text = world.store.text(view.id);
  return { prompt: `${text}\n\n${handoverText(view, await changeText(run), run.settlement.errors)}\n` };
}
