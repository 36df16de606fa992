import { OrchestraError } from '../base/errors.ts';
import { homeFrom } from '../model/home.ts';
import type { Caller, Operation } from '../operations/operation.ts';
import { goThere } from './go-there.ts';
import { Notes } from './notes.ts';
import { renderDocuments } from './render-documents.ts';
import { screenOf } from './screen.ts';
import type { Wanted } from './wanted.ts';

/** Runs an operation for a person or a program at a terminal, and returns the exit status. */
export async function perform(
  operation: Operation<unknown>,
  input: unknown,
  wanted: Wanted,
  entry: string,
): Promise<number> {
  const screen = screenOf(process.stdout, process.env, wanted);
  const notes = new Notes(wanted, screen);
  const leave = new AbortController();
  const insist = new AbortController();
  const onInterrupt = () => (leave.signal.aborted ? insist : leave).abort();
  process.on('SIGINT', onInterrupt);
  const caller: Caller = {
    env: process.env,
    cwd: process.cwd(),
    home: homeFrom(process.env),
    entry,
    signal: leave.signal,
    insist: insist.signal,
    notify: (note) => notes.show(note),
    readStdin,
  };
  try {
    const result = await operation.run(caller, input);
    await notes.settled();
    notes.close();
    if (wanted.json)
      for (const document of result.documents) process.stdout.write(`${JSON.stringify(document)}\n`);
    else if (operation.name === 'attach') return goThere(result.documents[0]);
    else {
      const text = await renderDocuments(operation.name, result.documents, screen);
      if (text !== '') process.stdout.write(`${text}\n`);
    }
    return result.exit ?? 0;
  } finally {
    notes.close();
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
