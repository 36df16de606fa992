import { expect, test } from 'vitest';
import { StallClock } from '../../src/guard/stall.ts';

/** Looks once a second at a run whose sign and processor seconds are given by the second; says when it has stalled. */
function stalledAt(
  limit: number,
  sign: (second: number) => string,
  cpuSeconds: (second: number) => number | undefined,
): number | undefined {
  const clock = new StallClock(limit * 1000);
  for (let second = 0; second < 100; second += 1) {
    const look = { now: second * 1000, sign: sign(second), cpuSeconds: () => cpuSeconds(second) };
    if (clock.hasStalled(look)) return second;
  }
  return undefined;
}

test('a run that is silent and computes nothing has stalled after the time', () => {
  expect(
    stalledAt(
      10,
      () => 'same',
      () => 3,
    ),
  ).toBe(10);
});

test('output that shows work starts the time anew', () => {
  expect(
    stalledAt(
      10,
      (second) => String(Math.min(second, 20)),
      () => 3,
    ),
  ).toBe(30);
  expect(
    stalledAt(
      10,
      (second) => String(Math.floor(second / 9)),
      () => 3,
    ),
  ).toBeUndefined();
});

test('a silent run that computes goes on, until it computes no more', () => {
  expect(
    stalledAt(
      10,
      () => 'same',
      (second) => second * 0.9,
    ),
  ).toBeUndefined();
  const stopped = stalledAt(
    10,
    () => 'same',
    (second) => Math.min(second, 40),
  );
  expect(stopped).toBeGreaterThan(40);
  expect(stopped).toBeLessThanOrEqual(55);
});

test('the timers of an idle program are no work, and neither is what cannot be measured', () => {
  expect(
    stalledAt(
      10,
      () => 'same',
      (second) => second * 0.02,
    ),
  ).toBe(10);
  expect(
    stalledAt(
      10,
      () => 'same',
      () => undefined,
    ),
  ).toBe(10);
});

test('a child that ended and took its seconds with it has worked', () => {
  expect(
    stalledAt(
      10,
      () => 'same',
      (second) => (second % 10 < 5 ? 50 : 0),
    ),
  ).toBeUndefined();
});

test('without a limit nothing stalls', () => {
  expect(
    stalledAt(
      Number.POSITIVE_INFINITY,
      () => 'same',
      () => 0,
    ),
  ).toBeUndefined();
});
