import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { conductorState, stopConductor } from '../pipeline/conductor-process.ts';
import { until } from './conductor-start.ts';
import type { Operation } from './operation.ts';

const input = z.object({});

/** Ends the background process; agents go on, and the next command that needs it starts another. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'conductor stop',
  summary: 'end the background process; agents go on',
  effect: 'write',
  input,
  output: '{ running, pid, since }',
  async run(caller) {
    if (!stopConductor(caller)) return { documents: [conductorState(caller)] };
    const state = await until(
      caller.home.root,
      () => conductorState(caller),
      (now) => !now.running,
    );
    if (!state.running) return { documents: [state] };
    throw new OrchestraError('timeout', `The conductor (pid ${state.pid}) does not end.`, {
      hint: `See ${caller.home.conductorLog}.`,
    });
  },
};
