import * as z from 'zod';
import { launchOf, taskView } from '../pipeline/task.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
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
      const launch = launchOf(view);
      const text = redactionIn(launch.runDir)(await capturePane(world.home, launch, lines));
      return { documents: [{ schema: 'orchestra.screen/1', task: view.id, pane: launch.pane, text }] };
    });
  },
};
