import { isAbsolute, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { stampOf } from '../base/files.ts';
import { runLight } from '../base/light-exec.ts';
import { packageRoot } from '../base/package-root.ts';
import { isAlive, type ProcessIdentity, signalProcess } from '../base/process.ts';
import type { Home } from '../model/home.ts';
import { runClient } from './client.ts';
import { recordedServer, socketPath } from './socket.ts';

/** The session that holds every window. */
export const sessionName = 'orchestra';

/** What tmux said. `no-server` means that nothing listens on the socket and no server of ours is known to live. */
export type Answer =
  | { state: 'ok'; stdout: string }
  | { state: 'no-server' }
  | { state: 'error'; message: string };

/** Each call ends by itself after `timeoutMs`, 5 s unless said otherwise. */
export interface TmuxOptions {
  timeoutMs?: number;
}

const defaultTimeoutMs = 5000;
const passedOn = ['HOME', 'PATH', 'TERM', 'LANG', 'LC_ALL', 'LC_CTYPE', 'SHELL', 'USER', 'LOGNAME', 'TMPDIR'];

// A server keeps the environment of the call that started it and gives it to every pane: so no secret, no TMUX.
function minimalEnvironment(): Record<string, string> {
  const kept = passedOn.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Runs one tmux command on the home's own server. A socket that was deleted under a living server is restored first.
 * Throws `unavailable` when tmux is missing or does not answer in time.
 */
export async function askTmux(
  home: Home,
  args: readonly string[],
  options: TmuxOptions = {},
): Promise<Answer> {
  const answer = await askOnce(home, args, options);
  if (answer.state !== 'no-server') return answer;
  const server = recordedServer(home);
  if (server === undefined || !(await isOurServer(home, server))) return answer;
  await restoreSocket(home, server, options);
  return askOnce(home, args, options);
}

/**
 * Has a client ready that runs a line of commands once there is one. Nothing is restored, and no server started. Throws as
 * `askTmux`; a line that does not come is an error without words.
 */
export function askTmuxLater(home: Home, line: Promise<string>, options: TmuxOptions = {}): Promise<Answer> {
  return askOnce(home, ['source-file', '-'], options, line);
}

async function askOnce(
  home: Home,
  args: readonly string[],
  options: TmuxOptions,
  input?: Promise<string>,
): Promise<Answer> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const full = ['-S', socketPath(home), '-f', join(packageRoot(), 'config', 'tmux.conf'), ...args];
  const result = await runClient(full, minimalEnvironment(), timeoutMs, input);
  if (result.startError !== undefined) throw missing(result.startError);
  if (result.timedOut) {
    throw new OrchestraError(
      'unavailable',
      `The tmux server of ${home.root} did not answer within ${timeoutMs / 1000} s.`,
      {
        hint: 'It may be stopped or overloaded; the agents and their logs go on. Try again in a moment.',
      },
    );
  }
  if (result.code === 0) return { state: 'ok', stdout: result.stdout };
  const message = result.stderr.trim();
  const gone = /no server running|No such file or directory|Connection refused|server exited|lost server/i;
  return gone.test(message)
    ? { state: 'no-server' }
    : { state: 'error', message: message || `exit ${result.code}` };
}

function missing(name: string): OrchestraError {
  return new OrchestraError('unavailable', `tmux could not be started (${name}).`, {
    hint: 'Install tmux 3.2 or newer and see that it is on the PATH.',
  });
}

// Without start times a pid may be anyone's: its command line has to name our socket.
async function isOurServer(home: Home, server: ProcessIdentity): Promise<boolean> {
  if (!isAlive(server)) return false;
  if (server.startTime !== 'unknown') return true;
  const { stdout } = await runLight('ps', ['-ww', '-o', 'command=', '-p', String(server.pid)]);
  return stdout.includes(socketPath(home));
}

async function restoreSocket(home: Home, server: ProcessIdentity, options: TmuxOptions): Promise<void> {
  signalProcess(server.pid, 'SIGUSR1');
  const deadline = performance.now() + (options.timeoutMs ?? defaultTimeoutMs);
  while ((await askOnce(home, ['has-session'], options)).state === 'no-server') {
    if (!isAlive(server)) return;
    if (performance.now() > deadline) {
      throw new OrchestraError(
        'unavailable',
        `The tmux server ${server.pid} lives, but its socket cannot be reached.`,
        {
          hint: `See that the folder of ${socketPath(home)} exists and is yours.`,
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// By the program's file: who asks at every task forks once.
const versions = new Map<string, string>();

/** The version of the installed tmux, such as `3.3a`. Throws `unavailable` when there is none or it is older than 3.2. */
export async function checkTmux(env: Record<string, string | undefined> = process.env): Promise<string> {
  const stamp = programStamp(env.PATH);
  const known = stamp === undefined ? undefined : versions.get(stamp);
  if (known !== undefined) return known;
  const version = await askVersion(env);
  if (stamp !== undefined) versions.set(stamp, version);
  return version;
}

function programStamp(path = ''): string | undefined {
  for (const folder of path.split(':')) {
    const file = join(folder, 'tmux');
    const stamp = isAbsolute(folder) ? stampOf(file) : undefined;
    if (stamp !== undefined) return `${file} ${stamp}`;
  }
  return undefined;
}

async function askVersion(env: Record<string, string | undefined>): Promise<string> {
  const result = await runLight('tmux', ['-V'], {
    env: { PATH: env.PATH },
    cleanEnv: true,
    timeoutMs: defaultTimeoutMs,
  });
  if (result.startError !== undefined) throw missing(result.startError);
  const version = /(\d+)\.(\d+)\S*/.exec(result.stdout);
  // A build from the development branch has no number of its own.
  if (version === null) {
    if (/master/.test(result.stdout)) return 'master';
    throw new OrchestraError('unavailable', `tmux does not say its version: "${result.stdout.trim()}".`, {
      hint: 'Install tmux 3.2 or newer.',
    });
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > 3 || (major === 3 && minor >= 2)) return version[0];
  throw new OrchestraError('unavailable', `tmux ${version[0]} is too old; 3.2 or newer is needed.`, {
    hint: 'Install a newer tmux.',
  });
}
