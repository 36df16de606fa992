import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { agentBin } from './install.ts';

/** A key that no provider ever issued; the agents refuse to start without one. */
export const DUMMY_KEY = 'sk-dummy-000000000000';

export interface AgentHome {
  /** The folder that holds everything below; remove it with `dispose`. */
  root: string;
  home: string;
  /** The whole environment, nothing of the caller's in it. */
  env: Record<string, string>;
  dispose(): Promise<void>;
}

/** A fresh HOME in which both real agents talk to the model server at `url`, and to nobody else. */
export async function prepareAgentHome(options: { url: string; path?: string[] }): Promise<AgentHome> {
  const root = await mkdtemp(join(tmpdir(), 'agents-'));
  const home = join(root, 'home');
  await mkdir(join(home, '.codex'), { recursive: true });
  // TMPDIR lies beside HOME: codex warns on stderr when its home is inside the temporary folder.
  await mkdir(join(root, 'tmp'));
  await writeFile(
    join(home, '.claude.json'),
    JSON.stringify({ hasCompletedOnboarding: true, theme: 'dark' }),
  );
  await writeFile(join(home, '.codex', 'config.toml'), codexConfig(options.url));
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Dev\n\temail = dev@example.invalid\n');
  const path = [
    ...(options.path ?? []),
    agentBin(),
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
    NO_PROXY: '127.0.0.1,localhost',
    ...claudeVariables(options.url),
    OPENAI_API_KEY: DUMMY_KEY,
  };
  return { root, home, env, dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

function claudeVariables(url: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_TELEMETRY: '1',
  };
}

function codexConfig(url: string): string {
  return `model_provider = "fake"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.fake]
name = "fake"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`;
}

export interface AgentRun {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs one program to its end with `input` on stdin. Its whole group gets TERM when `stop` is aborted or `timeout` ms
 * are over, and KILL five seconds later.
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
      signalGroup(child.pid, 'SIGTERM');
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
