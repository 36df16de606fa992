import { spawnSync } from 'node:child_process';
import { OrchestraError } from '../base/errors.ts';

/** What `attach` gives: a command to run in this terminal, or none with a note on what to do. */
interface AttachDocument {
  argv: string[] | null;
  env: Record<string, string | undefined> | null;
  note: string | null;
}

/** Puts the person at this terminal into a pane, and returns the exit status of the way back. */
export function goThere(document: object | undefined): number {
  const { argv, env, note } = document as AttachDocument;
  if (note) process.stderr.write(`${note}\n`);
  const [file, ...args] = argv ?? [];
  if (file === undefined) return 0;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new OrchestraError('usage', 'Attaching needs a terminal.', { hint: `In one: ${argv?.join(' ')}` });
  }
  const { status } = spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return status ?? 1;
}
