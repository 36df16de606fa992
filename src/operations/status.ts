import * as z from 'zod';
import { watchPath } from '../base/signal-file.ts';
import { lastRun } from '../model/task-view.ts';
import { isFinished } from '../model/words.ts';
import { collisionsOf } from '../pipeline/collisions.ts';
import { reviveConductor } from '../pipeline/conductor-process.ts';
import { explained } from '../pipeline/forerunners.ts';
import { staleNote } from '../pipeline/stale.ts';
import { storedReport, summaryOf, taskView } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { claimsAgainst } from '../settle/claims.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, type Result, taskArgument } from './operation.ts';
import { isOrphaned, overview, revivedText, rowOf } from './status-overview.ts';

const input = z.object({
  task: taskArgument.optional().meta({ description: 'one task in depth', positional: true, value: 'TASK' }),
  all: field(z.boolean().optional(), { description: 'also every finished task', short: 'a' }),
  watch: field(z.boolean().optional(), { description: 'keep showing it', short: 'w' }),
});

/** Changed files told of one task. */
const mostFiles = 200;

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
      if (isOrphaned(world) && reviveConductor(world)) {
        caller.notify({ kind: 'info', text: revivedText });
      }
      const look = async (): Promise<Result> =>
        given.task === undefined
          ? { documents: [overview(world.store, world.home, given.all === true)] }
          : { documents: [await depth(world, given.task)] };
      return given.watch ? keepLooking(caller, world, look) : look();
    });
  },
};

async function depth(world: World, id: string): Promise<object> {
  const view = explained(taskView(world.store, id), world.store);
  const run = lastRun(view);
  const answer = run === undefined ? undefined : storedReport(world.home, view.id, run.run)?.answer;
  const events = world.store.events(view.id);
  return {
    schema: 'orchestra.task-status/1',
    ...rowOf(view, Date.now()),
    createdAt: view.createdAt,
    parent: view.request.parent,
    route: view.route ?? null,
    workplace: run?.plan?.workplace ?? null,
    limits: run?.plan?.limits ?? null,
    files: (run?.verdict?.files ?? []).slice(0, mostFiles),
    checks: run?.verdict?.checks ?? [],
    findings: run?.verdict?.findings ?? [],
    stale: await staleNote(view, events),
    claims: claimsAgainst(answer ?? '', run?.verdict),
    collisions: isFinished(view.status) ? [] : await collisionsOf(world, view),
    warnings: view.warnings,
    pane: run?.launch?.pane ?? null,
    approved: view.approved ?? null,
    summary: summaryOf(world.home, view),
    events: events.map(({ seq, at, run: number, type }) => ({ seq, at, run: number, type })),
  };
}

function keepLooking(caller: Caller, world: World, look: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    let turn: Promise<unknown> = Promise.resolve();
    const show = () => {
      turn = turn
        .then(look)
        .then(({ documents }) => caller.notify({ kind: 'document', operation: 'status', documents }))
        .catch(reject);
    };
    const unwatch = watchPath(world.home.signal, show);
    caller.signal.addEventListener('abort', () => {
      unwatch();
      resolve({ documents: [], exit: 0 });
    });
    show();
  });
}
