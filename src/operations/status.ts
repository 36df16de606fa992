import * as z from 'zod';
import { watchPath } from '../base/signal-file.ts';
import { lastRun } from '../model/task-view.ts';
import { staleNote } from '../pipeline/stale.ts';
import { summaryOf, taskView } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, type Result, taskArgument } from './operation.ts';
import { overview, rowOf } from './status-overview.ts';

const input = z.object({
  task: taskArgument.optional().meta({ description: 'one task in depth', positional: true, value: 'TASK' }),
  all: field(z.boolean().optional(), { description: 'also every finished task', short: 'a' }),
  watch: field(z.boolean().optional(), { description: 'keep showing it', short: 'w' }),
});

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
          ? { documents: [overview(world.store, given.all === true)] }
          : { documents: [depth(world, given.task)] };
      return given.watch ? keepLooking(caller, world, look) : look();
    });
  },
};

function depth(world: World, id: string): object {
  const view = taskView(world.store, id);
  const run = lastRun(view);
  return {
    schema: 'orchestra.task-status/1',
    ...rowOf(view, Date.now()),
    createdAt: view.createdAt,
    parent: view.request.parent,
    route: view.route ?? null,
    workplace: run?.plan?.workplace ?? null,
    limits: run?.plan?.limits ?? null,
    checks: run?.verdict?.checks ?? [],
    findings: run?.verdict?.findings ?? [],
    stale: staleNote(view),
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
