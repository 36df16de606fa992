import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import type { TaskView } from '../model/task-view.ts';
import { isSettled } from '../model/words.ts';
import { askToStop } from '../pipeline/ask-to-stop.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { summaryOf, taskView } from '../pipeline/task.ts';
import { waitForTasks } from '../pipeline/wait.ts';
import { withWorld } from './open-world.ts';
import { type Operation, tasksArgument } from './operation.ts';

const input = z.object({ tasks: tasksArgument });

/** Stops tasks that wait or run. What they have done stays on their branches. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'cancel',
  summary: 'stop tasks; what they have done is kept',
  effect: 'write',
  input,
  output: 'orchestra.summary/1, one a task',
  examples: ['orchestra cancel task-5'],
  run(caller, { tasks }) {
    return withWorld(caller, { write: true }, async (world) => {
      const views = tasks.map((task) => taskView(world.store, task));
      for (const view of views) refuseIfOver(view);
      for (const view of views) askToStop(world, view);
      ensureConductor(world);
      const settled = await waitForTasks(
        world,
        views.map((view) => view.id),
        caller.signal,
        () => {},
      );
      return {
        documents: (settled ?? []).map((view) => summaryOf(world.home, view)),
        ...(settled ? {} : { exit: 130 }),
      };
    });
  },
};

function refuseIfOver(view: TaskView): void {
  if (!isSettled(view.status)) return;
  throw new OrchestraError('refused', `${view.id} is ${view.status}; there is nothing to stop.`, {
    hint:
      view.status === 'review'
        ? `Refuse its work: orchestra reject ${view.id} --reason TEXT`
        : `orchestra status ${view.id}`,
  });
}
