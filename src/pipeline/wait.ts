import { watchPath } from '../base/signal-file.ts';
import type { TaskView } from '../model/task-view.ts';
import { isSettled, type TaskStatus } from '../model/words.ts';
import { haltedSince } from '../store/halt.ts';
import { ensureConductor } from './conductor-process.ts';
import { explained, waitsForSomebody } from './forerunners.ts';
import { taskView } from './task.ts';
import type { World } from './world.ts';

/**
 * Waits until every task is settled or needs someone, itself or in one that it comes after (or as `isOver` says), and gives
 * their views in the order asked. Wakes the conductor when it is gone. `onChange` is called for each task at first and whenever it has changed. Undefined when `signal`
 * is aborted first.
 */
export function waitForTasks(
  world: World,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (view: TaskView) => void,
  isOver: (view: TaskView) => boolean = (view) =>
    isSettled(view.status) || waitsForSomebody(view, world.store, haltedSince(world.home) !== undefined),
): Promise<TaskView[] | undefined> {
  const views = new Map<string, TaskView>();
  let seq = -1;
  const refresh = (): boolean => {
    const last = world.store.lastSeq();
    if (last === seq) return false;
    seq = last;
    for (const id of ids) {
      const view = taskView(world.store, id);
      const known = views.get(id);
      views.set(id, view);
      if (known?.at !== view.at || known.status !== view.status) onChange(view);
    }
    return [...views.values()].every(isOver);
  };
  return new Promise((resolve, reject) => {
    const finish = (result: TaskView[] | undefined) => {
      unwatch();
      resolve(result);
    };
    const look = () => {
      try {
        if (signal.aborted) return finish(undefined);
        if (refresh()) return finish(ids.map((id) => explained(views.get(id) as TaskView, world.store)));
        ensureConductor(world);
      } catch (error) {
        unwatch();
        reject(error);
      }
    };
    const unwatch = watchPath(world.home.signal, look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

const needSomebody: ReadonlySet<TaskStatus> = new Set(['review', 'blocked', 'parked', 'queued']);

/** The exit status that a settled task gives to `delegate` and `wait` (DESIGN section 7). */
export function exitStatusOf(view: TaskView): number {
  if (view.status === 'done') return 0;
  if (needSomebody.has(view.status)) return 3;
  if (view.status === 'cancelled') return 130;
  const classes = view.runs.at(-1)?.settlement?.errors.map((error) => error.class) ?? [];
  if (classes.includes('over_budget')) return 4;
  if (classes.includes('timeout')) return 5;
  return 1;
}
