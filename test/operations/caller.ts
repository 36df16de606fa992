import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Home, homeAt } from '../../src/model/home.ts';
import type { Caller, Note } from '../../src/operations/operation.ts';

/** A folder that goes with the test, links resolved. */
export function temporary(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'op-')));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Someone who asks from a folder, with a home of their own and the environment of this process. */
export function callerIn(
  cwd: string,
  env: Record<string, string | undefined> = {},
): Caller & { home: Home; notes: Note[] } {
  const folder = temporary();
  const notes: Note[] = [];
  return {
    env: { ...process.env, HOME: folder, ...env },
    cwd,
    home: homeAt(join(folder, 's')),
    entry: '/nonexistent',
    signal: new AbortController().signal,
    insist: new AbortController().signal,
    notify: (note) => notes.push(note),
    readStdin: () => Promise.resolve(new Uint8Array()),
    notes,
  };
}
