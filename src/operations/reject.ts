import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import type { OrchestraEvent } from '../model/event.ts';
import type { TaskStatus } from '../model/words.ts';
import { learnOutcome } from '../pipeline/learned.ts';
import { summaryOf, taskView, writeSummary } from '../pipeline/task.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  reason: field(z.string().trim().min(1), { description: 'why, in a few words', value: 'TEXT' }),
});

/** Refuses the work of a task; its branch and worktree stay. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'reject',
  summary: 'refuse the work of a task; it is kept on its branch',
  effect: 'write',
  input,
  output: 'orchestra.summary/1',
  examples: ['orchestra reject task-5 --reason "wrong endpoint"'],
  run(caller, { task, reason }) {
    return withWorld(caller, { write: true }, (world) => {
      const view = taskView(world.store, task);
      const rejected = world.store.appendWhen(view.id, (status, events) =>
        mayBeRejected(status, events)
          ? [{ run: view.runs.at(-1)?.run ?? 0, body: { type: 'rejected', reason } }]
          : undefined,
      );
      if (rejected === undefined) {
        throw new OrchestraError(
          'refused',
          `${view.id} is ${view.status}, and only a task in review, blocked or failed can be rejected, once.`,
          {
            hint:
              view.status === 'done'
                ? 'It has landed; undo it with git revert.'
                : `orchestra status ${view.id}`,
          },
        );
      }
      const after = taskView(world.store, view.id);
      writeSummary(world.home, after);
      learnOutcome(world);
      return { documents: [summaryOf(world.home, after)] };
    });
  },
};

function mayBeRejected(status: TaskStatus, events: readonly OrchestraEvent[]): boolean {
  if (status === 'review' || status === 'blocked') return true;
  const last = events.findLast((event) => event.type === 'settled' || event.type === 'rejected');
  return status === 'failed' && last?.type === 'settled';
}
