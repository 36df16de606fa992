import { expect, onTestFinished, test, vi } from 'vitest';
import { Afterwork } from '../../src/pipeline/afterwork.ts';

function prepared() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const log: string[] = [];
  const done: string[] = [];
  const afterwork = new Afterwork((line) => log.push(line));
  const add = (name: string, what = name) => afterwork.add(name, () => void done.push(what));
  return { afterwork, add, done, log };
}

test('work is done when it has been quiet, the same name once, in the order it came', async () => {
  const { afterwork, add, done } = prepared();
  afterwork.postpone();
  for (const [name, what] of [['a'], ['counts', 'old'], ['b'], ['counts', 'new']] as const) add(name, what);
  await vi.advanceTimersByTimeAsync(150);
  afterwork.postpone();
  await vi.advanceTimersByTimeAsync(150);
  expect([done, afterwork.isDone]).toEqual([[], false]);
  await vi.advanceTimersByTimeAsync(100);
  expect([done, afterwork.isDone]).toEqual([['a', 'new', 'b'], true]);
  add('c');
  await vi.advanceTimersByTimeAsync(1);
  expect(done.at(-1)).toBe('c');
});

test('it waits for ten seconds at most, and what fails is told and keeps nothing from being done', async () => {
  const { afterwork, add, done, log } = prepared();
  afterwork.postpone();
  afterwork.add('broken', () => Promise.reject(new Error('no room')));
  add('next');
  for (let ms = 0; ms < 9_900; ms += 100) {
    afterwork.postpone();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(done).toEqual([]);
  afterwork.postpone();
  await vi.advanceTimersByTimeAsync(199);
  expect([done, log, afterwork.isDone]).toEqual([['next'], ['broken: no room'], true]);
});
