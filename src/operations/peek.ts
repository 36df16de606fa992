import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { lastRun } from '../model/task-view.ts';
import { taskView } from '../pipeline/task.ts';
import { capturePane } from '../tmux/windows.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  lines: field(z.number().int().positive().max(2000).default(30), {
    description: 'how many lines',
    flag: 'lines',
    short: 'n',
    value: 'N',
  }),
});

/** The task's screen as it is now. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'peek',
  summary: "show a task's screen as it is now",
  effect: 'read',
  input,
  output: 'orchestra.screen/1',
  examples: ['orchestra peek task-5', 'orchestra peek task-5 -n 10'],
  run(caller, { task, lines }) {
    return withWorld(caller, { write: false }, async (world) => {
      const view = taskView(world.store, task);
      const launch = lastRun(view)?.launch;
      if (launch === undefined) {
        throw new OrchestraError('not_found', `${view.id} has no pane yet (${view.status}).`, {
          hint: `orchestra status ${view.id}`,
        });
      }
      const text = await capturePane(world.home, launch, lines);
      return { documents: [{ schema: 'orchestra.screen/1', task: view.id, pane: launch.pane, text }] };
    });
  },
};
