import { resolve } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { isSettled } from '../model/words.ts';
import { writeArtifacts } from '../pipeline/artifacts.ts';
import { artifactsOf, writeBundle } from '../pipeline/bundle.ts';
import { taskView } from '../pipeline/task.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  bundle: field(z.string().min(1).optional(), {
    description: 'pack them into this file (.tar.gz), checked and without secrets',
    value: 'FILE',
  }),
});

/** The files that a task has left: all that is known of it, in one folder. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'show',
  summary: 'list the files of a task, or pack them to be passed on',
  effect: 'write',
  input,
  output: 'orchestra.artifacts/1',
  examples: ['orchestra show task-5', 'orchestra show task-5 --bundle task-5.tar.gz'],
  run(caller, { task, bundle }) {
    return withWorld(caller, { write: true }, async (world) => {
      const view = taskView(world.store, task);
      await writeArtifacts(world, view);
      const folder = `${world.home.runs}/${view.id}`;
      const document = { schema: 'orchestra.artifacts/1', task: view.id, status: view.status, folder };
      const files = artifactsOf(world.home, view.id);
      if (bundle === undefined) return { documents: [{ ...document, files }] };
      if (!isSettled(view.status)) {
        throw new OrchestraError('refused', `${view.id} is ${view.status}; its files are not complete yet.`, {
          hint: `Wait for it: orchestra wait ${view.id}`,
        });
      }
      const file = resolve(caller.cwd, bundle);
      const packed = writeBundle(world.home, view.id, file);
      return { documents: [{ ...document, files, bundle: { file, ...packed } }] };
    });
  },
};
