import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import type { TaskView } from '../model/task-view.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { taskView } from '../pipeline/task.ts';
import { release } from '../store/halt.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  tasks: field(z.array(z.string()).default([]), {
    description: 'only these parked tasks, at once (default: all that wait for somebody)',
    positional: true,
    value: 'TASK',
  }),
});

/** `orchestra.resume/1`. `halted` says whether everything had been stopped; `released` are the tasks that go on. */
export interface ResumeDocument {
  schema: 'orchestra.resume/1';
  halted: boolean;
  released: string[];
}

/** Goes on after `stop`, or with parked tasks before their time. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'resume',
  summary: 'go on after stop, or with parked tasks at once',
  effect: 'write',
  input,
  output: '{ halted, released }',
  examples: ['orchestra resume', 'orchestra resume task-5'],
  run(caller, { tasks }) {
    return withWorld(caller, { write: true }, (world) => {
      const named = tasks.map((task) => taskView(world.store, task));
      for (const view of named) refuseUnlessParked(view);
      const parked = world.store.inStatus('parked').map((id) => taskView(world.store, id));
      const going = named.length > 0 ? named : parked.filter((view) => view.parkedUntil === null);
      const halted = release(world.home);
      for (const { id } of going) {
        world.store.appendWhen(id, (status) =>
          status === 'parked' ? [{ run: 0, body: { type: 'queued', mode: 'released' } }] : undefined,
        );
      }
      ensureConductor(world);
      const document: ResumeDocument = {
        schema: 'orchestra.resume/1',
        halted,
        released: going.map(({ id }) => id),
      };
      return { documents: [document] };
    });
  },
};

function refuseUnlessParked(view: TaskView): void {
  if (view.status === 'parked') return;
  throw new OrchestraError('refused', `${view.id} is ${view.status}, not parked.`, {
    hint: `orchestra status ${view.id}`,
  });
}
