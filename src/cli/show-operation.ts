import type { Caller, Operation } from '../operations/operation.ts';
import { goThere } from './go-there.ts';
import { Notes } from './notes.ts';
import { renderDocuments } from './render-documents.ts';
import { screenOf } from './screen.ts';
import type { Streams } from './streams.ts';
import type { Wanted } from './wanted.ts';

/** Runs an operation and shows what it tells and gives. Returns the exit status. */
export async function showOperation(
  operation: Operation<unknown>,
  input: unknown,
  wanted: Wanted,
  caller: Omit<Caller, 'notify'>,
  streams: Streams,
): Promise<number> {
  const screen = screenOf(streams.out, caller.env, wanted);
  const notes = new Notes(wanted, screen, streams);
  try {
    const result = await operation.run({ ...caller, notify: (note) => notes.show(note) }, input);
    await notes.settled();
    notes.close();
    if (wanted.json)
      for (const document of result.documents) streams.out.write(`${JSON.stringify(document)}\n`);
    else if (operation.name === 'attach') return goThere(result.documents[0]);
    else {
      const text = await renderDocuments(operation.name, result.documents, screen);
      if (text !== '') streams.out.write(`${text}\n`);
    }
    return result.exit ?? 0;
  } finally {
    notes.close();
  }
}
