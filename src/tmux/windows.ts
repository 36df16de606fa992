import { existsSync, statSync } from 'node:fs';
import { OrchestraError } from '../base/errors.ts';
import { type ProcessIdentity, startTimeOf } from '../base/process.ts';
import { shellQuote } from '../base/shell-quote.ts';
import type { Home } from '../model/home.ts';
import type { Launch } from '../model/plan.ts';
import { type Answer, askTmux, askTmuxLater, sessionName, type TmuxOptions } from './server.ts';
import { recordServer } from './socket.ts';

/** One pane as tmux sees it; `run` is null for a window that is not ours. */
export interface Pane {
  pane: string;
  window: string;
  run: string | null;
  server: ProcessIdentity;
}

/** A window to open: `tag` is the run's tag, `dir` must exist, `command` is run without a shell. */
export interface WindowRequest {
  name: string;
  tag: string;
  dir: string;
  command: readonly string[];
}

/** Where a run is shown. */
export type Place = Pick<Launch, 'pane' | 'window' | 'server'>;

/** Where which run is shown. */
export type RunPlace = Place & Pick<Launch, 'task' | 'run'>;

const fields = ['pane_id', 'window_id', 'pid', '@orchestra_run'];
const listFormat = fields.map((name) => `#{${name}}`).join('|');

/** Every pane of the home's server in one call, or `no-server`. Throws `unavailable` when the server does not answer. */
export async function listWindows(home: Home, options: TmuxOptions = {}): Promise<Pane[] | 'no-server'> {
  const answer = await askTmux(home, ['list-panes', '-a', '-F', listFormat], options);
  if (answer.state === 'no-server') return 'no-server';
  const startTimes = new Map<number, string>();
  const lines = textOf(answer, 'list its panes').split('\n').filter(Boolean);
  return lines.map((line) => paneFrom(line, startTimes));
}

function paneFrom(line: string, startTimes: Map<number, string>): Pane {
  const [pane = '', window = '', serverPid, ...run] = line.split('|');
  const server = Number(serverPid);
  if (!startTimes.has(server)) startTimes.set(server, startTimeOf(server) ?? 'unknown');
  return {
    pane,
    window,
    run: run.join('|') || null,
    server: { pid: server, startTime: startTimes.get(server) ?? 'unknown' },
  };
}

function textOf(answer: Answer, what: string): string {
  if (answer.state === 'ok') return answer.stdout;
  const why = answer.state === 'error' ? answer.message : 'its server went away';
  throw new OrchestraError('unavailable', `tmux could not ${what}: ${why}.`);
}

/**
 * Opens a window in the background, starting the server and the session when there are none. With `after` all is made
 * ready at once, and the window is opened when that is over. Throws `refused` when the folder is missing then, since tmux
 * would start the command somewhere else, and what `after` throws.
 */
export async function openWindow(
  home: Home,
  request: WindowRequest,
  options: TmuxOptions & { after?: Promise<void> | undefined } = {},
): Promise<Place> {
  const { after, ...limits } = options;
  // The session is made by whoever comes first and is gone with its last window.
  const commands = (attempt: number) => opening(request, attempt % 2 === 0);
  const ready = async () => {
    await after;
    refuseMissing(request.dir);
  };
  const line = () => ready().then(() => lineOf(commands(0)));
  const first = after === undefined ? undefined : await askTmuxLater(home, line(), limits);
  await ready();
  let last = 'its server went away';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    // Where the early client found no server, the socket of a living one may be gone: to ask again restores it.
    const early = attempt === 0 && first?.state !== 'no-server' ? first : undefined;
    const answer = early ?? (await askTmux(home, wordsOf(commands(attempt)), limits));
    if (answer.state === 'ok') return placeFrom(home, answer.stdout);
    if (answer.state === 'error') last = answer.message;
    if (answer.state === 'error' && !/session|window/i.test(answer.message)) break;
  }
  throw new OrchestraError('unavailable', `tmux could not open a window for ${request.name}: ${last}.`);
}

function refuseMissing(dir: string): void {
  if (existsSync(dir) && statSync(dir).isDirectory()) return;
  throw new OrchestraError('refused', `The folder ${dir} does not exist, so nothing was started.`);
}

// The tag is the name at first, so that the window can be addressed and marked within the call that makes it.
function opening(request: WindowRequest, inSession: boolean): string[][] {
  const name = request.tag.replace(/[^A-Za-z0-9/_-]/g, '_');
  const target = `=${sessionName}:=${name}`;
  const make = inSession
    ? ['new-window', '-d', '-t', `=${sessionName}:`]
    : ['new-session', '-d', '-s', sessionName];
  const told = ['-P', '-F', '#{pane_id} #{window_id} #{pid}'];
  const place = ['-n', name, '-c', request.dir, '-e', `ORCHESTRA_RUN=${request.tag}`];
  return [
    [...make, ...told, ...place, '--', ...request.command],
    ['set-option', '-w', '-t', target, '@orchestra_run', request.tag],
    ['rename-window', '-t', target, request.name],
  ];
}

/** Commands as the words of a command line. tmux ends a command at a word that ends in a semicolon. */
function wordsOf(commands: readonly string[][]): string[] {
  const literal = (word: string) => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word);
  return commands.flatMap((words, index) => [...(index > 0 ? [';'] : []), ...words.map(literal)]);
}

/** Commands as a line of tmux's configuration, whose quotes are those of a shell. The next is not run when one fails. */
function lineOf(commands: readonly string[][]): string {
  return `${commands.map((words) => words.map(shellQuote).join(' ')).join(' ; ')}\n`;
}

function placeFrom(home: Home, stdout: string): Place {
  const [pane, window, pid] = stdout.trim().split(' ');
  if (!pane || !window || !pid)
    throw new OrchestraError('internal', `tmux answered "${stdout.trim()}" to a new window.`);
  const server = { pid: Number(pid), startTime: startTimeOf(Number(pid)) ?? 'unknown' };
  recordServer(home, server);
  return { pane, window, server };
}

/** The pane of exactly this run on exactly that server, or undefined when it is gone. */
export async function findPane(
  home: Home,
  launch: RunPlace,
  options: TmuxOptions = {},
): Promise<Pane | undefined> {
  const panes = await listWindows(home, options);
  if (panes === 'no-server') return undefined;
  return panes.find(
    (pane) =>
      pane.pane === launch.pane &&
      pane.run?.endsWith(`/${launch.task}/${launch.run}`) === true &&
      pane.server.pid === launch.server.pid &&
      pane.server.startTime === launch.server.startTime,
  );
}

/** Closes the window of a run; a wrapper that still runs ends its agent first. False when the window is not there any more. */
export async function closeWindow(home: Home, launch: RunPlace, options: TmuxOptions = {}): Promise<boolean> {
  const pane = await findPane(home, launch, options);
  if (pane === undefined) return false;
  const still = `#{&&:#{==:#{pid},${launch.server.pid}},#{==:#{@orchestra_run},${pane.run}}}`;
  const answer = await askTmux(
    home,
    ['if-shell', '-F', '-t', pane.pane, still, `kill-window -t ${pane.window}`],
    options,
  );
  return answer.state !== 'error';
}

/** The last `lines` lines of a run's screen as text, without the empty ones at its end. Throws `not_found` when the window is gone. */
export async function capturePane(
  home: Home,
  launch: RunPlace,
  lines: number,
  options: TmuxOptions = {},
): Promise<string> {
  const pane = await findPane(home, launch, options);
  if (pane === undefined) throw windowGone(launch);
  const answer = await askTmux(
    home,
    ['capture-pane', '-p', '-J', '-t', pane.pane, '-S', `-${lines}`],
    options,
  );
  if (answer.state !== 'ok') throw windowGone(launch);
  // Some servers write a line of their own at the bottom of a dead pane.
  const kept = answer.stdout
    .replace(/\nPane is dead[^\n]*\s*$/, '')
    .trimEnd()
    .split('\n');
  return kept
    .slice(-lines)
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What to say when a run is not shown any more. */
export function windowGone(launch: RunPlace): OrchestraError {
  return new OrchestraError('not_found', `The window of ${launch.task} run ${launch.run} is gone.`, {
    hint: `Its output is kept: orchestra logs ${launch.task}`,
  });
}
