import { lastRun, type TaskView } from '../model/task-view.ts';
import { isSettled } from '../model/words.ts';
import type { World } from './world.ts';

/**
 * Notes that a task shall stop; the conductor does it. Nothing happens to one that has settled meanwhile. `halted`
 * concerns a run that is under way, and the task goes on later.
 */
export function askToStop(world: World, view: TaskView, why: 'cancelled' | 'halted' = 'cancelled'): void {
  const run = lastRun(view)?.run ?? 0;
  world.store.appendWhen(view.id, (status) =>
    isSettled(status) ? undefined : [{ run, body: { type: 'stopped', why, by: 'by you' } }],
  );
}
