import { execa } from 'execa';
import { inheritedCwd, inheritedEnv } from './surroundings.ts';

/** How a finished process ended. `code` is null when a signal ended it or it could not start. */
export interface Finished {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** The system's error name when the program could not be started, such as `ENOENT`. */
  startError: string | undefined;
}

/** Options of `run`. `timeoutMs` defaults to 30 s, so that nothing hangs for ever. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** When true, `env` is the whole environment instead of an addition to ours. */
  cleanEnv?: boolean;
  timeoutMs?: number;
  input?: string | Uint8Array;
  /** Bytes kept of each stream; the rest is cut off. */
  maxBuffer?: number;
}

/**
 * Runs a program without a shell and never throws for how it ends. Output is read as UTF-8. A child of the program that
 * keeps its streams open is not waited for beyond the time limit.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const cwd = options.cwd ?? inheritedCwd();
  const child = execa(file, [...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...(options.cleanEnv === true ? {} : inheritedEnv()), ...options.env } as Record<string, string>,
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    maxBuffer: options.maxBuffer ?? 16 * 1024 * 1024,
    reject: false,
    stripFinalNewline: false,
  });
  const letGo = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, timeoutMs + KILL_AFTER_MS);
  const result = await child;
  clearTimeout(letGo);
  return {
    code: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    timedOut: result.timedOut,
    startError: result.exitCode === undefined && result.signal === undefined ? startError(result) : undefined,
  };
}

const KILL_AFTER_MS = 2_000;

function startError(result: { cause?: unknown; code?: string | undefined }): string {
  const cause = result.cause as { code?: unknown } | undefined;
  return result.code ?? (typeof cause?.code === 'string' ? cause.code : 'unknown');
}
