import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { endingOf, exitRecordOf, wrapperOf } from '../../src/watch/wrapper-state.ts';
import { beatingWrapper, leaveExit, runFolder } from './run-folder.ts';

const now = '2026-01-02T03:05:00.000Z';
const lost = { cause: 'lost', code: null, signal: null, startedAt: null, endedAt: now, logIncomplete: false };

test('a run whose wrapper lives goes on, and one whose wrapper went without a record is lost', async () => {
  const files = runFolder();
  const kill = beatingWrapper(files);
  expect(endingOf(files, 1e9, 20_000, now)).toBe(undefined);
  await kill();
  expect(endingOf(files, 0, 20_000, now)).toEqual(lost);
});

test('an exit record is the end, whatever else stands there', () => {
  const files = runFolder();
  beatingWrapper(files);
  leaveExit(files, { code: 7, logIncomplete: true });
  expect(endingOf(files, 0, 20_000, now)).toEqual({
    cause: 'exited',
    code: 7,
    signal: null,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:06.000Z',
    logIncomplete: true,
  });
  leaveExit(files, { code: null, signal: 'SIGKILL' });
  expect(endingOf(files, 0, 20_000, now)).toMatchObject({
    code: null,
    signal: 'SIGKILL',
    logIncomplete: false,
  });
});

test('a wrapper that has not begun has its time, then the run is lost', () => {
  const files = runFolder();
  expect(endingOf(files, 20_000, 20_000, now)).toBe(undefined);
  expect(endingOf(files, 20_001, 20_000, now)).toEqual(lost);
});

test('a wrapper that has begun and gives no sign has its time, then the run is lost, however long it may take to begin', () => {
  const files = runFolder();
  const claim = `${files.dir}/claim`;
  fs.mkdirSync(claim);
  expect(endingOf(files, 1e9, 60_000, now)).toBe(undefined);
  const long = Date.now() / 1000 - 21;
  fs.utimesSync(claim, long, long);
  expect(endingOf(files, 0, 60_000, now)).toEqual(lost);
});

test('a later process with the same pid is not the wrapper', () => {
  const files = runFolder();
  fs.writeFileSync(files.heartbeat, `${process.pid}\n1\n`);
  expect(endingOf(files, 0, 20_000, now)).toEqual(lost);
});

test('a heartbeat that is empty, torn or garbage names no wrapper', () => {
  const files = runFolder();
  expect(wrapperOf(files)).toBe(undefined);
  for (const text of ['', '\n', '12', 'x y', '-5 7', '1.5 7', '0 0']) {
    fs.writeFileSync(files.heartbeat, text);
    expect(wrapperOf(files)).toBe(undefined);
  }
  fs.writeFileSync(files.heartbeat, '12\n3456\n      ');
  expect(wrapperOf(files)).toEqual({ pid: 12, startTime: '3456' });
});

test('a torn or foreign exit record is none', () => {
  const files = runFolder();
  for (const text of [
    '',
    '{"code":0,',
    '{}',
    '[]',
    'null',
    '{"code":"0","signal":null,"startedAt":"","endedAt":""}',
  ]) {
    fs.writeFileSync(files.exit, text);
    expect(exitRecordOf(files)).toBe(undefined);
  }
});
