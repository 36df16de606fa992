import * as z from 'zod';
import { conductorState } from '../pipeline/conductor-process.ts';
import type { Operation } from './operation.ts';

const input = z.object({});

/** Whether the background process runs. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'conductor status',
  summary: 'whether the background process runs',
  effect: 'read',
  input,
  output: '{ running, pid, since }',
  async run(caller) {
    return { documents: [conductorState(caller)] };
  },
};
