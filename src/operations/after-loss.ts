import { OrchestraError } from '../base/errors.ts';
import { isAlive, type ProcessIdentity } from '../base/process.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { taskDocument, taskOfNonce, taskView } from '../pipeline/task.ts';
import { withWorld } from './open-world.ts';
import type { Caller, Operation } from './operation.ts';

/** A task that a conductor was to store when the connection to it broke. */
export interface LostTask {
  nonce: string;
  server: ProcessIdentity;
}

const PATIENCE_MS = 3_000;
const PACE_MS = 20;

/**
 * `delegate --detach` in place of the one whose answer was lost: gives the task if it was stored, and stores it if it
 * was not and never will be. Throws `unavailable` when that cannot be told.
 */
export function afterLoss(delegate: Operation<unknown>, { nonce, server }: LostTask): Operation<unknown> {
  return {
    ...delegate,
    async run(caller, input) {
      const task = await found(caller, nonce, server);
      if (task === undefined) return delegate.run(caller, input);
      return withWorld(caller, { write: true }, (world) => {
        const view = taskView(world.store, task);
        if (view.route !== undefined) caller.notify({ kind: 'decided', task, route: view.route, notes: [] });
        ensureConductor(world);
        return { documents: [taskDocument(view)] };
      });
    },
  };
}

/** The task of the nonce; undefined once the process that could store it is gone without having done so. */
async function found(caller: Caller, nonce: string, server: ProcessIdentity): Promise<string | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const gone = !isAlive(server);
    const task = await withWorld(caller, { write: false }, ({ store }) => taskOfNonce(store, nonce));
    if (task !== undefined || gone) return task;
    if (performance.now() > deadline) throw unknown(server);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
}

function unknown(server: ProcessIdentity): OrchestraError {
  return new OrchestraError(
    'unavailable',
    `The conductor ${server.pid} has the task and does not answer, so it is not known whether it is stored.`,
    {
      hint: 'orchestra status shows it if it is. orchestra conductor stop ends the conductor; agents go on.',
    },
  );
}
