import * as z from 'zod';
import { summaryOf, taskView } from '../pipeline/task.ts';
import { exitStatusOf, waitForTasks } from '../pipeline/wait.ts';
import { withWorld } from './open-world.ts';
import { type Operation, tasksArgument } from './operation.ts';
import { progressText } from './progress-text.ts';

const input = z.object({ tasks: tasksArgument });

/** Blocks until the tasks settle or need someone. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'wait',
  summary: 'block until tasks settle or need you',
  effect: 'read',
  input,
  output: 'orchestra.summary/1, one a task',
  examples: ['orchestra wait task-5 task-6'],
  run(caller, { tasks }) {
    return withWorld(caller, { write: true }, async (world) => {
      const ids = tasks.map((task) => taskView(world.store, task).id);
      const views = await waitForTasks(world, ids, caller.signal, (view) =>
        caller.notify({ kind: 'progress', task: view.id, text: progressText(view) }),
      );
      if (views === undefined) return { documents: [], exit: 130 };
      return {
        documents: views.map((view) => summaryOf(world.home, view)),
        exit: Math.max(...views.map(exitStatusOf)),
      };
    });
  },
};
