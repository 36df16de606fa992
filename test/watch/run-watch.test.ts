import * as fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { ProcessIdentity } from '../../src/base/process.ts';
import type { Ending } from '../../src/model/ending.ts';
import type { RunFiles } from '../../src/model/home.ts';
import { RunWatch } from '../../src/watch/run-watch.ts';
import { eventually } from '../support/stage.ts';
import { beatingWrapper, leaveExit, runFolder } from './run-folder.ts';

/** Watches a run, noting what is told and that no call is inside another. */
function watch(files: RunFiles, server?: ProcessIdentity) {
  const told = { output: '', bytes: 0, pieces: 0, quiet: 0, endings: [] as Ending[], afterEnd: 0 };
  let inside = false;
  const alone = (work: () => void) => {
    if (inside) throw new Error('a call inside a call');
    inside = true;
    if (told.endings.length > 0) told.afterEnd += 1;
    work();
    inside = false;
  };
  const run = new RunWatch(
    files,
    {
      onOutput: (bytes) =>
        alone(() => {
          told.bytes += bytes.length;
          told.pieces += 1;
          if (told.bytes < 100_000) told.output += Buffer.from(bytes).toString();
        }),
      onQuiet: () => alone(() => (told.quiet += 1)),
      onEnding: (ending) => alone(() => told.endings.push(ending)),
    },
    server,
  );
  onTestFinished(() => run.stop());
  run.start();
  return { told, run };
}

test('output is handed on as it comes, all of it before the ending, which comes once', async () => {
  const files = runFolder();
  beatingWrapper(files);
  const { told } = watch(files);
  fs.writeFileSync(files.output, 'one\n');
  await eventually(() => told.output === 'one\n' && told.quiet > 0);
  fs.appendFileSync(files.output, 'two\n');
  await eventually(() => told.output === 'one\ntwo\n');
  fs.appendFileSync(files.output, 'last words without an end');
  leaveExit(files, { code: 3 });
  await eventually(() => told.endings.length > 0);
  expect(told).toMatchObject({
    output: 'one\ntwo\nlast words without an end',
    endings: [{ cause: 'exited', code: 3 }],
    afterEnd: 0,
  });
});

test('a run that was over before anyone looked is told whole', async () => {
  const files = runFolder();
  fs.writeFileSync(files.output, 'all of it');
  leaveExit(files);
  const { told } = watch(files);
  await eventually(() => told.endings.length > 0);
  expect(told).toMatchObject({ output: 'all of it', endings: [{ cause: 'exited', code: 0 }] });
});

test('a wrapper that is killed ends the run as lost, with what it had said', async () => {
  const files = runFolder();
  const kill = beatingWrapper(files);
  fs.writeFileSync(files.output, 'half');
  const { told } = watch(files);
  await eventually(() => told.output === 'half');
  await kill();
  await eventually(() => told.endings.length > 0);
  expect(told).toMatchObject({ output: 'half', endings: [{ cause: 'lost', code: null }] });
});

test('a flood comes in pieces, to the last byte, and leaves room for others in between', async () => {
  const files = runFolder();
  beatingWrapper(files);
  const size = 40 * 1024 * 1024 + 3;
  fs.writeFileSync(files.output, Buffer.alloc(size, 'x'));
  const { told } = watch(files);
  let before = 0;
  let mostAtOnce = 0;
  const look = () => {
    mostAtOnce = Math.max(mostAtOnce, told.bytes - before);
    before = told.bytes;
    if (told.endings.length === 0) setImmediate(look);
  };
  look();
  await eventually(() => told.bytes > 0);
  leaveExit(files);
  await eventually(() => told.endings.length > 0);
  // Other work of the process gets its turn after each piece.
  expect(mostAtOnce).toBeLessThan(size / 2);
  expect(told.bytes).toBe(size);
  expect(told.pieces).toBeGreaterThan(100);
});

test('a run that has not begun is lost as soon as the process that was to start it is gone, and never begins', async () => {
  const files = runFolder();
  const { told } = watch(files, { pid: process.pid, startTime: 'of an earlier process' });
  await eventually(() => told.endings.length > 0);
  expect(told.endings).toMatchObject([{ cause: 'lost' }]);
  expect(fs.existsSync(`${files.dir}/claim`)).toBe(true);
});

test('after stop nothing is told any more', async () => {
  const files = runFolder();
  beatingWrapper(files);
  const { told, run } = watch(files);
  fs.writeFileSync(files.output, 'one');
  await eventually(() => told.output === 'one');
  run.stop();
  const before = { ...told };
  fs.appendFileSync(files.output, 'two');
  leaveExit(files);
  const { told: other } = watch(files);
  await eventually(() => other.endings.length > 0);
  expect(told).toEqual(before);
});
