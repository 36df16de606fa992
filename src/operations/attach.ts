import * as z from 'zod';
import { launchOf, taskView } from '../pipeline/task.ts';
import { attachCommand } from '../tmux/attach.ts';
import { withWorld } from './open-world.ts';
import { type Operation, taskArgument } from './operation.ts';

const input = z.object({ task: taskArgument });

/** How to be in a task's pane; the command line then goes there. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'attach',
  summary: "be in a task's pane",
  effect: 'read',
  input,
  output: 'orchestra.attach/1',
  examples: ['orchestra attach task-5'],
  run(caller, { task }) {
    return withWorld(caller, { write: false }, async (world) => {
      const view = taskView(world.store, task);
      const launch = launchOf(view);
      const command = await attachCommand(world.home, launch, caller.env);
      return { documents: [{ schema: 'orchestra.attach/1', task: view.id, ...command }] };
    });
  },
};
