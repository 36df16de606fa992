import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Agent, DUMMY_KEY } from './agent.ts';
import { agentBin } from './install.ts';

export interface AgentHome {
  /** The folder that holds everything below; remove it with `dispose`. */
  root: string;
  home: string;
  /** The whole environment, nothing of the caller's in it. */
  env: Record<string, string>;
  dispose(): Promise<void>;
}

/** A fresh HOME in which real agents talk to the model server at `url`, and to nobody else. */
export async function prepareAgentHome(
  agents: readonly Agent[],
  options: { url: string; key?: string; files?: Record<string, string>; path?: string[] },
): Promise<AgentHome> {
  const root = await mkdtemp(join(tmpdir(), 'agents-'));
  const home = join(root, 'home');
  const place = { url: options.url, key: options.key ?? DUMMY_KEY, home };
  const setups = agents.map((agent) => agent.setup(place));
  const files = Object.assign({}, gitConfig, ...setups.map((setup) => setup.files), options.files);
  for (const [path, text] of Object.entries<string>(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
  // TMPDIR lies beside HOME: codex warns on stderr when its home is inside the temporary folder.
  await mkdir(join(root, 'tmp'));
  const path = [
    ...(options.path ?? []),
    ...agents.map(({ tool }) => agentBin(tool)),
    dirname(process.execPath),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
  ];
  const env = {
    HOME: home,
    PATH: path.join(delimiter),
    TMPDIR: join(root, 'tmp'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    // No HTTP_PROXY beside it: not every agent obeys NO_PROXY.
    NO_PROXY: '127.0.0.1,localhost',
    ...Object.assign({}, ...setups.map((setup) => setup.env)),
  };
  return { root, home, env, dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

const gitConfig = { '.gitconfig': '[user]\n\tname = Dev\n\temail = dev@example.invalid\n' };

/** A `run.sh` that gives its program more arguments. */
export function withArguments(script: string, args: string[]): string {
  return script.replaceAll('"${argv[@]}"', `"\${argv[@]}" ${args.join(' ')}`);
}

export interface AgentRun {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs one program to its end with `input` on stdin. Its whole group gets the signal that `stop` is
 * aborted with, or TERM when `timeout` ms are over, and KILL five seconds later.
 */
export function runAgent(
  command: string,
  args: string[],
  options: {
    cwd: string;
    env: Record<string, string>;
    input: string | Buffer;
    timeout?: number;
    stop?: AbortSignal;
  },
): Promise<AgentRun> {
  return new Promise((resolve, reject) => {
    const { cwd, env } = options;
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // An agent that ends early closes its stdin: that is no fault of the run.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    const timers: NodeJS.Timeout[] = [];
    const end = () => {
      const reason: unknown = options.stop?.reason;
      signalGroup(child.pid, reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
      timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 5_000));
    };
    timers.push(setTimeout(end, options.timeout ?? 60_000));
    options.stop?.addEventListener('abort', end, { once: true });
    const stop = () => {
      options.stop?.removeEventListener('abort', end);
      timers.forEach(clearTimeout);
    };
    child.once('error', (error) => {
      stop();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stop();
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
