import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { errnoOf } from '../base/errors.ts';

/** How a tmux client ended. `code` is null when it was killed or could not start. */
export interface ClientResult {
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** The system's error name when tmux could not be started, such as `ENOENT`. */
  startError: string | undefined;
}

/**
 * Runs one tmux client, for at most `timeoutMs`. A client hands its own pipes over to the server, so a server that is
 * stopped keeps them open: after the time we let go of them and don't wait for their end. With `input` the client is
 * started at once, and its time counts from when it is given that text; where there will be none it is ended.
 */
export function runClient(
  args: readonly string[],
  env: Record<string, string | undefined>,
  timeoutMs: number,
  input?: Promise<string>,
): Promise<ClientResult> {
  return new Promise((resolve) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn('tmux', [...args], { env, stdio: [stdin, 'pipe', 'pipe'] }) as TmuxProcess;
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const finish = (end: Partial<ClientResult>) => {
      clearTimeout(timer);
      resolve({ code: null, timedOut: false, startError: undefined, ...output, ...end });
    };
    let timer: NodeJS.Timeout | undefined;
    const limitTime = () => {
      timer = setTimeout(() => {
        letGo(child);
        finish({ timedOut: true });
      }, timeoutMs);
    };
    const giveUp = () => {
      letGo(child);
      finish({});
    };
    if (input === undefined) limitTime();
    else {
      // It may have ended by then.
      child.stdin?.on('error', () => {});
      input.then((text) => {
        if (child.exitCode === null) limitTime();
        child.stdin?.end(text);
      }, giveUp);
    }
    child.on('error', (error) => finish({ startError: errnoOf(error) ?? 'unknown' }));
    child.on('close', (code) => finish({ code }));
  });
}

type TmuxProcess = ChildProcessByStdio<Writable | null, Readable, Readable>;

function letGo(child: TmuxProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
