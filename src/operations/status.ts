import * as z from 'zod';
import { watchPath } from '../base/signal-file.ts';
import type { StatusDocument, StatusRow } from '../model/status.ts';
import { lastRun, type TaskView, taskCost, taskSeconds, viewTask } from '../model/task-view.ts';
import { summaryOf, taskView } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, type Result, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument.optional().meta({ description: 'one task in depth', positional: true, value: 'TASK' }),
  all: field(z.boolean().optional(), { description: 'also every finished task', short: 'a' }),
  watch: field(z.boolean().optional(), { description: 'keep showing it', short: 'w' }),
});

/** Finished tasks shown without `--all`. */
const RECENT = 20;

/** The table of tasks, or one in depth. Works with nothing else running. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'status',
  summary: 'show the tasks, or one in depth with its reasons',
  effect: 'read',
  input,
  output: 'orchestra.status/1; for one task orchestra.task-status/1',
  examples: ['orchestra status', 'orchestra status task-5', 'orchestra status --watch'],
  run(caller, given) {
    return withWorld(caller, { write: false }, (world) => {
      const look = (): Result =>
        given.task === undefined
          ? { documents: [overview(world, given.all === true)] }
          : { documents: [depth(world, given.task)] };
      return given.watch ? keepLooking(caller, world, look) : look();
    });
  },
};

function overview(world: World, all: boolean): StatusDocument {
  const { store } = world;
  const ids = all
    ? store.taskIds()
    : [...new Set([...store.unsettled(), ...store.inStatus('review'), ...store.recent(RECENT)])].sort(
        byNumber,
      );
  const now = Date.now();
  const tasks = ids.flatMap((id) => {
    const view = viewTask(store.events(id));
    return view === undefined ? [] : [rowOf(view, now)];
  });
  const byStatus = store.counts();
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return { schema: 'orchestra.status/1', tasks, totals: { tasks: total, shown: tasks.length, byStatus } };
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

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
    cost: taskCost(view),
  };
}

function depth(world: World, id: string): object {
  const view = taskView(world.store, id);
  const run = lastRun(view);
  return {
    schema: 'orchestra.task-status/1',
    ...rowOf(view, Date.now()),
    createdAt: view.createdAt,
    route: view.route ?? null,
    workplace: run?.plan?.workplace ?? null,
    limits: run?.plan?.limits ?? null,
    checks: run?.verdict?.checks ?? [],
    warnings: view.warnings,
    pane: run?.launch?.pane ?? null,
    approved: view.approved ?? null,
    summary: summaryOf(world.home, view),
    events: world.store
      .events(view.id)
      .map(({ seq, at, run: number, type }) => ({ seq, at, run: number, type })),
  };
}

function keepLooking(caller: Caller, world: World, look: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    const show = () => {
      const result = look();
      caller.notify({ kind: 'document', operation: 'status', documents: result.documents });
      return result;
    };
    const unwatch = watchPath(world.home.signal, show);
    caller.signal.addEventListener('abort', () => {
      unwatch();
      resolve({ documents: [], exit: 0 });
    });
    show();
  });
}
