import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { maxTaskBytes } from '../model/request.ts';
import { runAgain } from './next-run.ts';
import { field, type Operation, taskArgument } from './operation.ts';
import { decodeText } from './task-input.ts';

const input = z.object({
  task: taskArgument,
  text: field(z.array(z.string()).min(1), {
    description: 'what to say; - reads standard input',
    positional: true,
    value: 'TEXT',
  }),
  detach: field(z.boolean().optional(), { description: 'return at once' }),
});

/** Another turn in the session of the last run. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'reply',
  summary: 'say something more in the same session',
  effect: 'write',
  input,
  output: 'orchestra.summary/1; with --detach orchestra.task/1',
  examples: ['orchestra reply task-5 "Use the existing helper instead"'],
  async run(caller, given) {
    const words = given.text.join(' ');
    const text = words === '-' ? decodeText(await caller.readStdin(), 'the reply on standard input') : words;
    if (text.trim() === '' || text.includes('\0') || Buffer.byteLength(text) > maxTaskBytes) {
      throw new OrchestraError('usage', 'The reply is empty, holds a NUL byte or is over 1 MB.', {
        hint: 'orchestra reply task-5 "what to say"',
      });
    }
    return runAgain(caller, given.task, { mode: 'reply', text }, given.detach === true, (view) => {
      if (['review', 'blocked', 'failed'].includes(view.status)) return;
      throw new OrchestraError(
        'refused',
        `${view.id} is ${view.status}; a reply needs a task in review, blocked or failed.`,
        {
          hint:
            view.status === 'done' ? 'Give a new task instead.' : `Wait for it: orchestra wait ${view.id}`,
        },
      );
    });
  },
};
