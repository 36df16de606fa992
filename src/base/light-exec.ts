import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { errnoOf } from './errors.ts';
import type { Finished, RunOptions } from './exec.ts';
import { inheritedCwd, inheritedEnv } from './surroundings.ts';

const KILL_AFTER_MS = 2_000;

/**
 * `run` with Node's own means, for the programs that are called at each start and each end of a task: loading and
 * running execa takes longer than those programs do.
 */
export function runLight(file: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { timeoutMs = 30_000, maxBuffer = 16 * 1024 * 1024 } = options;
  const env = options.cleanEnv === true ? { ...options.env } : { ...inheritedEnv(), ...options.env };
  for (const name of Object.keys(env)) if (env[name] === undefined) delete env[name];
  return new Promise((resolve) => {
    const child = spawn(file, [...args], {
      cwd: options.cwd ?? inheritedCwd(),
      env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
    const streams = [new Kept(maxBuffer), new Kept(maxBuffer)] as const;
    let timedOut = false;
    let timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGTERM');
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        // What it started may hold its streams for ever.
        child.stdout.destroy();
        child.stderr.destroy();
      }, KILL_AFTER_MS);
    }, timeoutMs);
    const finish = (code: number | null, signal: string | null, startError?: string) => {
      clearTimeout(timer);
      const [stdout, stderr] = [streams[0].text(), streams[1].text()];
      resolve({ code, signal, stdout, stderr, timedOut, startError });
    };
    const onFull = () => child.kill('SIGTERM');
    child.stdout.on('data', (bytes: Buffer) => streams[0].add(bytes) || onFull());
    child.stderr.on('data', (bytes: Buffer) => streams[1].add(bytes) || onFull());
    child.once('error', (error) => {
      if (child.pid === undefined) finish(null, null, errnoOf(error) ?? 'unknown');
    });
    child.once('close', (code, signal) => {
      if (child.pid !== undefined) finish(code, signal);
    });
    // A program may end without reading what it is given.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}

/** The first bytes of a stream. */
class Kept {
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when there is no room left. */
  add(bytes: Buffer): boolean {
    const room = this.#limit - this.#size;
    this.#parts.push(bytes.length > room ? bytes.subarray(0, room) : bytes);
    this.#size += Math.min(bytes.length, room);
    return bytes.length <= room;
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}
