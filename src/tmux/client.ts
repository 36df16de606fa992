import { type ChildProcess, spawn } from 'node:child_process';
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
 * stopped keeps them open: after the time we let go of them and don't wait for their end.
 */
export function runClient(
  args: readonly string[],
  env: Record<string, string | undefined>,
  timeoutMs: number,
): Promise<ClientResult> {
  return new Promise((resolve) => {
    const child = spawn('tmux', [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
    const timer = setTimeout(() => {
      letGo(child);
      finish({ timedOut: true });
    }, timeoutMs);
    child.on('error', (error) => finish({ startError: errnoOf(error) ?? 'unknown' }));
    child.on('close', (code) => finish({ code }));
  });
}

function letGo(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
