import { execa } from 'execa';

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

/** Options of `run`. `timeoutMs` is required in spirit: it defaults to 30 s so that nothing hangs for ever. */
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

/** Runs a program without a shell and never throws for how it ends. Output is kept byte for byte as UTF-8. */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const result = await execa(file, [...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env as Record<string, string> }),
    extendEnv: options.cleanEnv !== true,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    timeout: options.timeoutMs ?? 30_000,
    forceKillAfterDelay: 2_000,
    maxBuffer: options.maxBuffer ?? 16 * 1024 * 1024,
    reject: false,
    stripFinalNewline: false,
  });
  return {
    code: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    timedOut: result.timedOut,
    startError: result.exitCode === undefined && result.signal === undefined ? startError(result) : undefined,
  };
}

function startError(result: { cause?: unknown; code?: string | undefined }): string {
  const cause = result.cause as { code?: unknown } | undefined;
  return result.code ?? (typeof cause?.code === 'string' ? cause.code : 'unknown');
}
