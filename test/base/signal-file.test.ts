import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ring, watchPath } from '../../src/base/signal-file.ts';
import { eventually } from '../support/stage.ts';

function signal(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'signal-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'signal');
}

function watching(path: string, pollMs: number) {
  const seen = { calls: 0 };
  const end = watchPath(path, () => (seen.calls += 1), pollMs);
  onTestFinished(end);
  return { seen, end };
}

const never = 2 ** 30;

test('ringing wakes whoever watches the file, without waiting for the poll', async () => {
  const path = signal();
  ring(path);
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  const first = watching(path, never);
  const second = watching(path, never);
  ring(path);
  await eventually(() => first.seen.calls > 0 && second.seen.calls > 0);
});

test('a new file in a watched folder wakes', async () => {
  const path = signal();
  const { seen } = watching(join(path, '..'), never);
  ring(path);
  await eventually(() => seen.calls > 0);
});

test('a file that is not there yet, and one whose events are lost, are looked at all the same', async () => {
  const { seen } = watching(signal(), 5);
  await eventually(() => seen.calls > 2);
});

test('where no more files can be watched, the file is looked at', () => {
  const script = `
    import * as fs from 'node:fs';
    import { watchPath } from '${join(import.meta.dirname, '../../src/base/signal-file.ts')}';
    try { for (;;) fs.openSync('/dev/null'); } catch (error) { console.log(error.code); }
    let calls = 0;
    const end = watchPath('/', () => { if (++calls === 3) end(); }, 5);
    process.on('exit', () => console.log(calls));`;
  const words = `ulimit -n 64; exec "$0" --input-type=module-typescript -e "$1"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', words, process.execPath, script], { encoding: 'utf8' });
  expect(stdout, stderr).toBe('EMFILE\n3\n');
});

test('many changes at once are one call', async () => {
  const path = signal();
  ring(path);
  const { seen } = watching(path, never);
  for (let count = 0; count < 100; count += 1) ring(path);
  await eventually(() => seen.calls > 0);
  await nextTurn();
  expect(seen.calls).toBeLessThan(20);
});

test('after its end nothing is called any more, not even what was on its way', async () => {
  const path = signal();
  ring(path);
  let ended = false;
  let late = 0;
  const count = () => {
    if (ended) late += 1;
  };
  const end = watchPath(path, count, 1);
  onTestFinished(end);
  const over = new Promise<void>((resolve) => {
    setTimeout(() => {
      ended = true;
      end();
      resolve();
    }, 1);
  });
  // Both timers fall due together: the poll queues its call, and we end before its turn.
  const until = performance.now() + 5;
  while (performance.now() < until);
  await over;
  await nextTurn();
  await nextTurn();
  expect(late).toBe(0);
});
