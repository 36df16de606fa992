import type { Home } from '../model/home.ts';
import type { StatusDocument, StatusRow } from '../model/status.ts';
import { lastRun, type TaskView, taskCost, taskSeconds, viewTask } from '../model/task-view.ts';
import { isFinished } from '../model/words.ts';
import { explained } from '../pipeline/forerunners.ts';
import { isAbandoned } from '../store/conductor-lock.ts';
import { haltedSince } from '../store/halt.ts';
import { knownOverlaps } from '../store/overlaps.ts';
import type { Store } from '../store/store.ts';

/** Finished tasks shown without `--all`. */
const RECENT = 20;

/** The tasks that want attention and the last ones that ended, or all. */
export function overview(store: Store, home: Home, all: boolean): StatusDocument {
  const ids = all
    ? store.taskIds()
    : [...new Set([...store.unsettled(), ...store.inStatus('review'), ...store.recent(RECENT)])].sort(
        byNumber,
      );
  const now = Date.now();
  const tasks = ids.flatMap((id) => {
    const view = viewTask(store.events(id));
    return view === undefined ? [] : [rowOf(explained(view, store), now)];
  });
  const byStatus = store.counts();
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  const totals = { tasks: total, shown: tasks.length, byStatus };
  const open = new Set(tasks.filter(({ status }) => !isFinished(status)).map(({ task }) => task));
  const overlaps = knownOverlaps(home).filter(({ tasks: two }) => two.every((task) => open.has(task)));
  return { schema: 'orchestra.status/1', tasks, halted: haltedSince(home) ?? null, overlaps, totals };
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

/** Whether there is work in hand whose conductor was killed, or went with the machine; not one that was stopped. */
export function isOrphaned({ home, store }: { home: Home; store: Store }): boolean {
  return isAbandoned(home) && store.unsettled().length > 0;
}

/** Said when the conductor had gone and was started again. */
export const revivedText =
  'The conductor had gone (killed, or the machine was restarted); it runs again and goes on.';

/** A task as the table lists it. */
export function rowOf(view: TaskView, now: number): StatusRow {
  const run = lastRun(view);
  return {
    task: view.id,
    title: view.title,
    status: view.status,
    reason: view.reason,
    tool: run?.plan?.tool ?? view.route?.tool ?? null,
    model: run?.report?.model ?? run?.plan?.model ?? null,
    category: view.route?.category ?? null,
    tier: view.route?.tier ?? null,
    repo: view.request.repo,
    seconds: Math.round(taskSeconds(view, now) * 10) / 10,
    progress: view.progress,
    until: view.parkedUntil,
    cost: taskCost(view),
  };
}
