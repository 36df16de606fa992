import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { watchPath } from '../base/signal-file.ts';
import { type ConductorState, conductorState, ensureConductor } from '../pipeline/conductor-process.ts';
import { withWorld } from './open-world.ts';
import type { Operation } from './operation.ts';

const input = z.object({});
const PATIENCE_MS = 10_000;

/** Starts the background process unless it runs; `delegate` does so by itself. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'conductor start',
  summary: 'start the background process',
  effect: 'write',
  input,
  output: '{ running, pid, since }',
  run(caller) {
    return withWorld(caller, { write: true }, async (world) => {
      ensureConductor(world);
      const state = await until(
        world.home.root,
        () => conductorState(world),
        (now) => now.running,
      );
      if (state.running) return { documents: [state] };
      throw new OrchestraError('unavailable', 'The conductor did not start.', {
        hint: `See ${world.home.conductorLog}.`,
      });
    });
  },
};

/** Looks whenever the folder changes until `done`, at most ten seconds. */
export function until(
  folder: string,
  look: () => ConductorState,
  done: (state: ConductorState) => boolean,
): Promise<ConductorState> {
  return new Promise((resolve) => {
    const deadline = performance.now() + PATIENCE_MS;
    const check = () => {
      const state = look();
      if (!done(state) && performance.now() < deadline) return;
      unwatch();
      resolve(state);
    };
    const unwatch = watchPath(folder, check, 50);
    check();
  });
}
