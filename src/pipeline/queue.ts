import { taskNumber } from '../model/task-id.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { isFinished, type TaskStatus } from '../model/words.ts';

/** Whether a task waits for its next run to be started. */
export function isWaiting(view: TaskView): boolean {
  const run = lastRun(view);
  return (
    view.status === 'queued' &&
    run?.plan !== undefined &&
    run.launch === undefined &&
    run.settlement === undefined
  );
}

/** What the tasks that a task comes after say: go, wait, or never (with the one that failed). */
export function dependencyState(
  view: TaskView,
  statusOf: (task: string) => TaskStatus | undefined,
): 'ready' | 'waiting' | { failed: string } {
  const after = view.request.after ?? [];
  const failed = after.find((task) => {
    const status = statusOf(task);
    return status === undefined || (status !== 'done' && isFinished(status));
  });
  if (failed !== undefined) return { failed };
  return after.every((task) => statusOf(task) === 'done') ? 'ready' : 'waiting';
}

/** The order in which waiting tasks start: higher priority first, then the older one. */
export function byTurn(a: TaskView, b: TaskView): number {
  return (b.request.priority ?? 0) - (a.request.priority ?? 0) || taskNumber(a.id) - taskNumber(b.id);
}

/** Whether the tool of a waiting task runs as often as its profile allows already. */
export function isToolBusy(
  view: TaskView,
  active: readonly TaskView[],
  unsettled: readonly TaskView[],
): boolean {
  const plan = lastRun(view)?.plan;
  const limit = plan?.limits.toolParallel ?? null;
  if (limit === null) return false;
  const same = active.filter((other) => lastRun(other)?.plan?.tool === plan?.tool);
  return freePlaces(limit, same, unsettled) === 0;
}

/**
 * How many of `parallel` places are free. A running task whose agent waits for a task of its own gives its place
 * to that one; otherwise four waiting parents would hold all places for ever.
 */
export function freePlaces(
  parallel: number,
  active: readonly TaskView[],
  unsettled: readonly TaskView[],
): number {
  const parents = new Set(unsettled.map((view) => view.request.parent).filter((parent) => parent !== null));
  const holding = active.filter((view) => !parents.has(view.id));
  return Math.max(0, parallel - holding.length);
}
