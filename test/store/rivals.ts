import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

let bundle: string | undefined;
afterAll(() => {
  if (bundle !== undefined) fs.rmSync(join(bundle, '..'), { recursive: true });
});

/** A running rival.ts: what it has said so far, one line each. */
export interface Rival {
  child: ChildProcess;
  said: string[];
  /** Settles when `count` lines were said, or rejects when it ends before. */
  heard(count: number): Promise<void>;
}

/** Starts rivals and lets them go at the same moment, once all are ready. `said` then no longer holds the `ready`. */
export async function startRivals(job: string, root: string, count: number): Promise<Rival[]> {
  const rivals = Array.from({ length: count }, (_, index) => startRival(job, root, String(index + 1)));
  await Promise.all(rivals.map((rival) => rival.heard(1)));
  for (const { child, said } of rivals) {
    said.length = 0;
    child.stdin?.end();
  }
  return rivals;
}

/** Waits until every rival has ended well. */
export async function ended(rivals: readonly Rival[]): Promise<void> {
  for (const { child } of rivals) {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`a rival ended with ${child.exitCode ?? child.signalCode}`);
  }
}

/** `kill -9`, and waits until they are gone. */
export async function killAll(rivals: readonly Rival[]): Promise<void> {
  for (const { child } of rivals) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }
}

// One file starts in a third of the time, which counts with fifty of them.
function bundled(): string {
  if (bundle !== undefined) return bundle;
  bundle = join(fs.mkdtempSync(join(tmpdir(), 'rival-')), 'rival.mjs');
  const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  execFileSync(process.execPath, [
    join(import.meta.dirname, '../../node_modules/esbuild/bin/esbuild'),
    join(import.meta.dirname, 'rival.ts'),
    `--outfile=${bundle}`,
    `--banner:js=${require}`,
    ...['--bundle', '--platform=node', '--format=esm', '--target=node24', '--log-level=warning'],
  ]);
  return bundle;
}

function startRival(job: string, root: string, name: string): Rival {
  const child = spawn(process.execPath, [bundled(), job, root, name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
  });
  const heard = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => said.length >= count && resolve();
      child.stdout?.on('data', look);
      child.once('close', () =>
        said.length >= count ? resolve() : reject(new Error(`said only ${said.length}`)),
      );
      look();
    });
  return { child, said, heard };
}
