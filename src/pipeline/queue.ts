import { taskNumber } from '../model/task-id.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { isFinished, type TaskStatus } from '../model/words.ts';

/** Whether a task waits for its next run to be started. */
export function isWaiting(view: TaskView): boolean {
  const run = lastRun(view);
  return (
    (view.status === 'queued' || view.status === 'parked') &&
    run?.plan !== undefined &&
    run.launch === undefined &&
    run.settlement === undefined
  );
}

/**
 * Whether the time of a waiting task has come. `now` is milliseconds since 1970. One that waits for a budget or for
 * the end of a stop may always ask again: the one may have been raised, the other may have come as it was parked.
 */
export function isDue(view: TaskView, now: number): boolean {
  if (view.status !== 'parked' || view.parkedFor !== undefined) return true;
  return view.parkedUntil !== null && Date.parse(view.parkedUntil) <= now;
}

/** What the tasks that a task comes after say: go, wait, or never (with the one that failed). */
export function dependencyState(
  view: TaskView,
  statusOf: (task: string) => TaskStatus | undefined,
): 'ready' | 'waiting' | { failed: string } {
  const after = view.request.after ?? [];
  const goOn = view.request.afterFailed === 'go-on';
  const isOver = (status: TaskStatus | undefined) => status === undefined || isFinished(status);
  const failed = after.find((task) => {
    const status = statusOf(task);
    return status !== 'done' && isOver(status);
  });
  if (failed !== undefined && !goOn) return { failed };
  return after.every((task) => isOver(statusOf(task))) ? 'ready' : 'waiting';
}

/**
 * The task whose turn it is: higher priority first, then the repository with fewer tasks running, so that fifty tasks
 * of one do not keep the one of another waiting, then the older one. `waiting` is not empty.
 */
export function nextByTurn(waiting: readonly TaskView[], active: readonly TaskView[]): TaskView {
  const running = new Map<string, number>();
  for (const { request } of active) running.set(request.repo, (running.get(request.repo) ?? 0) + 1);
  const runs = (view: TaskView) => running.get(view.request.repo) ?? 0;
  return waiting.reduce((best, view) => {
    const order =
      (best.request.priority ?? 0) - (view.request.priority ?? 0) ||
      runs(view) - runs(best) ||
      taskNumber(view.id) - taskNumber(best.id);
    return order < 0 ? view : best;
  });
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
  return placesLeft(limit, same, unsettled) === 0;
}

/**
 * How many of `places` are free. A running task whose agent waits for a task of its own gives its place to that one;
 * otherwise four waiting parents would hold all places for ever.
 */
export function placesLeft(
  places: number,
  active: readonly TaskView[],
  unsettled: readonly TaskView[],
): number {
  const parents = new Set(unsettled.map((view) => view.request.parent).filter((parent) => parent !== null));
  const holding = active.filter((view) => !parents.has(view.id));
  return Math.max(0, places - holding.length);
}
