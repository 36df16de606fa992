import * as fs from 'node:fs';
import { shellQuote } from '../base/shell-quote.ts';
import type { Home } from '../model/home.ts';
import { sessionName } from './server.ts';
import { socketPath } from './socket.ts';
import { findPane, type RunPlace, windowGone } from './windows.ts';

/** How to be in a pane: a command for this terminal, what to change in its environment (undefined removes), and what to say. */
export interface AttachCommand {
  argv: string[];
  env: Record<string, string | undefined>;
  note: string | null;
}

/**
 * What brings a person into the pane of a run. From inside our own server the terminal switches to the window; from inside
 * another tmux it is shown nested, and the note says how to get around that. Throws `not_found` when the window is gone.
 */
export async function attachCommand(
  home: Home,
  launch: RunPlace,
  env: Record<string, string | undefined>,
): Promise<AttachCommand> {
  const pane = await findPane(home, launch);
  if (pane === undefined) throw windowGone(launch);
  const socket = socketPath(home);
  const tmux = ['tmux', '-S', socket];
  const target = `=${sessionName}:${pane.window}`;
  if (!env.TMUX)
    return { argv: [...tmux, 'attach-session', '-t', target], env: {}, note: 'To leave the pane: Ctrl-b d' };
  if (sameFile(env.TMUX.split(',')[0] ?? '', socket)) {
    return { argv: [...tmux, 'switch-client', '-t', target], env: {}, note: null };
  }
  const elsewhere = [...tmux, 'attach-session', '-t', target].map(plainWord).join(' ');
  const note = [
    'You are inside another tmux, so this one is shown within it. To leave it, press your own prefix twice when it is',
    `Ctrl-b (Ctrl-b Ctrl-b d), else Ctrl-b d. Or type in another terminal: ${elsewhere}`,
  ].join('\n');
  return {
    argv: [...tmux, 'attach-session', '-t', target],
    env: { TMUX: undefined, TMUX_PANE: undefined },
    note,
  };
}

function plainWord(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : shellQuote(word);
}

function sameFile(one: string, other: string): boolean {
  try {
    return fs.realpathSync(one) === fs.realpathSync(other);
  } catch {
    return one === other;
  }
}
