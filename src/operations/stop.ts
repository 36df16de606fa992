import * as z from 'zod';
import { sweepByEnv } from '../base/process.ts';
import { runTag } from '../model/home.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { askToStop } from '../pipeline/ask-to-stop.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { taskView } from '../pipeline/task.ts';
import { waitForTasks } from '../pipeline/wait.ts';
import type { World } from '../pipeline/world.ts';
import { halt, haltedSince } from '../store/halt.ts';
import { withWorld } from './open-world.ts';
import type { Operation } from './operation.ts';

const input = z.object({});

/** `orchestra.stop/1`. `stopped` are the tasks whose agents were ended; `waiting` counts what does not start meanwhile. */
export interface StopDocument {
  schema: 'orchestra.stop/1';
  since: string;
  stopped: string[];
  waiting: number;
}

/** The kill switch: every agent ends now, and nothing starts until `resume`. Nothing of the work is lost. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'stop',
  summary: 'stop every agent now and start nothing until resume',
  effect: 'write',
  input,
  output: '{ since, stopped, waiting }',
  examples: ['orchestra stop', 'orchestra resume'],
  run(caller) {
    return withWorld(caller, { write: true }, async (world) => {
      if (haltedSince(world.home) === undefined) halt(world.home);
      const views = world.store.inStatus('running').map((id) => taskView(world.store, id));
      for (const view of views) askToStop(world, view, 'halted');
      // Not by the conductor alone: it may hang or be gone.
      await Promise.all(views.map((view) => end(world, view)));
      const ids = views.map(({ id }) => id);
      if (ids.length > 0) {
        ensureConductor(world);
        await waitForTasks(world, ids, caller.signal, () => {}, isOver);
      }
      const { queued = 0, parked = 0 } = world.store.counts();
      const since = haltedSince(world.home) ?? 'some time';
      const document: StopDocument = {
        schema: 'orchestra.stop/1',
        since,
        stopped: ids,
        waiting: queued + parked,
      };
      return { documents: [document] };
    });
  },
};

function isOver({ status }: TaskView): boolean {
  return status !== 'running' && status !== 'verifying';
}

/** What the wrapper has, after the grace period of its agent, to write down how that ended. */
const RECORD_MS = 5_000;

async function end(world: World, view: TaskView): Promise<void> {
  const run = lastRun(view);
  if (run?.plan === undefined) return;
  const tag = runTag(world.store.homeId, view.id, run.run);
  await sweepByEnv(`ORCHESTRA_RUN=${tag}`, run.plan.limits.graceSeconds * 1000 + RECORD_MS);
}
