import { OrchestraError } from '../base/errors.ts';
import { homeFrom } from '../model/home.ts';
import type { Operation } from '../operations/operation.ts';
import { showOperation } from './show-operation.ts';
import { ownStreams } from './streams.ts';
import type { Wanted } from './wanted.ts';

/** Runs an operation for a person or a program at a terminal, and returns the exit status. */
export async function perform(
  operation: Operation<unknown>,
  input: unknown,
  wanted: Wanted,
  entry: string,
): Promise<number> {
  const leave = new AbortController();
  const insist = new AbortController();
  const onInterrupt = () => (leave.signal.aborted ? insist : leave).abort();
  process.on('SIGINT', onInterrupt);
  const caller = {
    env: process.env,
    cwd: process.cwd(),
    home: homeFrom(process.env),
    entry,
    signal: leave.signal,
    insist: insist.signal,
    readStdin,
  };
  try {
    return await showOperation(operation, input, wanted, caller, ownStreams);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function readStdin(): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new OrchestraError('usage', 'Standard input is a terminal, so there is nothing to read.', {
      hint: 'Pipe the text in: orchestra delegate --task - < task.md',
    });
  }
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
