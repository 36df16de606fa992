import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { landTask } from '../pipeline/land-task.ts';
import { summaryOf, taskView, writeSummary } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation, tasksArgument } from './operation.ts';

const input = z.object({
  tasks: tasksArgument,
  onto: field(z.string().optional(), {
    description: 'land on this branch instead of the one it started from',
    value: 'BRANCH',
  }),
});

/** Lands reviewed work. Asking twice lands once. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'approve',
  summary: 'land the work of a task on the branch it started from',
  effect: 'write',
  input,
  output: 'orchestra.summary/1, one a task',
  examples: ['orchestra approve task-5', 'orchestra approve task-5 --onto develop'],
  run(caller, { tasks, onto }) {
    return withWorld(caller, { write: true }, async (world) => {
      const views = tasks.map((task) => taskView(world.store, task));
      for (const view of views) refuseUnlessReviewed(view);
      const documents: object[] = [];
      for (const view of views) documents.push(await approve(world, view, onto));
      return { documents };
    });
  },
};

function refuseUnlessReviewed(view: TaskView): void {
  if (view.status === 'review' || view.approved !== undefined) return;
  const hint: Partial<Record<TaskView['status'], string>> = {
    failed: `See why: orchestra status ${view.id}. Its work is kept${branchOf(view)}.`,
    cancelled: `Its work is kept${branchOf(view)}. Run it again: orchestra retry ${view.id}`,
    blocked: `It needs an answer first: orchestra reply ${view.id} TEXT`,
    done: 'It worked in place or changed nothing, so there is nothing to approve.',
  };
  throw new OrchestraError(
    'refused',
    `${view.id} is ${view.status}, and only a task in review can be approved.`,
    {
      hint: hint[view.status] ?? `Wait for it: orchestra wait ${view.id}`,
    },
  );
}

function branchOf(view: TaskView): string {
  const branch = lastRun(view)?.plan?.workplace.branch;
  return branch ? ` on ${branch}` : '';
}

async function approve(world: World, view: TaskView, onto: string | undefined): Promise<object> {
  if (view.approved === undefined) {
    const landing = await landTask(world, view, onto);
    world.store.appendWhen(view.id, (status) =>
      status === 'review'
        ? [{ run: lastRun(view)?.run ?? 0, body: { type: 'approved', ...landing } }]
        : undefined,
    );
  }
  const after = taskView(world.store, view.id);
  writeSummary(world.home, after);
  return summaryOf(world.home, after);
}
