import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unknownCost } from '../../src/model/cost-sums.ts';
import type { EventBody } from '../../src/model/event.ts';
import { applyEvent, lastRun, taskCost, taskSeconds, viewTask } from '../../src/model/task-view.ts';
import { anEnding, aPlan, aReport, aSettlement, aVerdict, history, launch, route, usd } from './samples.ts';

const { answer: _, ...claim } = aReport();

const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constantFrom<EventBody>(
    { type: 'routed', route },
    { type: 'routed', route: { ...route, tool: 'other-agent' } },
    { type: 'planned', plan: aPlan() },
    { type: 'spawned', launch },
    { type: 'ended', ending: anEnding() },
    { type: 'parsed', report: claim },
    { type: 'parsed', report: { ...claim, questions: ['Which one?'] } },
    { type: 'verified', verdict: aVerdict() },
    { type: 'approved', commit: 'a', onto: 'main', landed: 'b' },
    { type: 'approved', commit: null, onto: null, landed: null },
    { type: 'queued', mode: 'retry' },
  ),
  fc.record({
    type: fc.constant('progressed' as const),
    progress: fc.option(fc.constant({ done: 1, total: 3, current: 'tests' })),
    cost: fc.nat(9).map((cents) => usd(cents)),
  }),
  fc.record({
    type: fc.constant('stopped' as const),
    why: fc.constantFrom('cancelled' as const, 'timeout' as const),
    by: fc.constantFrom('by you', 'by its limit'),
  }),
  fc.record({ type: fc.constant('warned' as const), message: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ type: fc.constant('rejected' as const), reason: fc.constantFrom('no', 'wrong') }),
  fc
    .record({
      status: fc.constantFrom('review' as const, 'done' as const, 'failed' as const, 'parked' as const),
      reason: fc.constantFrom('x', 'y'),
    })
    .map((fields): EventBody => ({ type: 'settled', settlement: aSettlement(fields) })),
);
const bodies = fc.array(fc.record({ run: fc.nat(3), body }), { maxLength: 14 });

test('a stretch of events applied again, up to the last one known, gives the same view', () => {
  fc.assert(
    fc.property(bodies, fc.nat(14), (chosen, from) => {
      const events = history(chosen);
      const view = viewTask(events);
      const expected = structuredClone(view);
      let again = view;
      for (const event of events.slice(from)) again = applyEvent(again, event);
      expect(again).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('event by event or all at once, the view is the same', () => {
  fc.assert(
    fc.property(bodies, fc.nat(14), (chosen, cut) => {
      const events = history(chosen);
      let view = viewTask(events.slice(0, cut));
      for (const event of events.slice(cut)) view = applyEvent(view, event);
      expect(view).toEqual(viewTask(events));
    }),
  );
});

test('without its request there is no task', () => {
  expect(viewTask([])).toBe(undefined);
  expect(viewTask(history([{ run: 0, body: { type: 'routed', route } }]).slice(1))).toBe(undefined);
});

test('a task that landed tells its whole life', () => {
  const view = viewTask(
    history([
      { run: 0, body: { type: 'routed', route } },
      { run: 1, body: { type: 'planned', plan: aPlan() } },
      { run: 1, body: { type: 'spawned', launch } },
      { run: 1, body: { type: 'progressed', progress: { done: 1, total: 2, current: 'x' }, cost: usd(1) } },
      { run: 1, body: { type: 'warned', message: 'close to its limit' } },
      { run: 1, body: { type: 'warned', message: 'close to its limit' } },
      { run: 1, body: { type: 'ended', ending: anEnding() } },
      { run: 1, body: { type: 'parsed', report: { ...claim, questions: ['Why?'] } } },
      { run: 1, body: { type: 'verified', verdict: aVerdict() } },
      { run: 1, body: { type: 'settled', settlement: aSettlement({ cost: usd(2) }) } },
      { run: 1, body: { type: 'approved', commit: 'a', onto: 'main', landed: 'c' } },
    ]),
  );
  expect(view).toMatchObject({
    id: 'task-1',
    status: 'done',
    reason: 'landed on main',
    warnings: ['close to its limit'],
    questions: ['Why?'],
    progress: null,
    approved: { commit: 'a', onto: 'main', landed: 'c' },
  });
  expect(lastRun(view as NonNullable<typeof view>)).toMatchObject({
    run: 1,
    startedAt: '2026-01-02T03:04:08.678Z',
  });
});

test('the first reason to stop stays', () => {
  const stop = (why: 'timeout' | 'cancelled', by: string) => ({
    run: 1,
    body: { type: 'stopped' as const, why, by },
  });
  const view = viewTask(history([stop('timeout', 'over its time'), stop('cancelled', 'by you')]));
  expect(view?.runs[0]?.stopped).toEqual({ why: 'timeout', by: 'over its time' });
});

test('the cost is that of all runs, a running one with what is known of it', () => {
  const settled = (run: number, cost: typeof unknownCost) => ({
    run,
    body: { type: 'settled' as const, settlement: aSettlement({ cost }) },
  });
  const costOf = (...given: Parameters<typeof history>[0]) =>
    taskCost(viewTask(history(given)) as NonNullable<ReturnType<typeof viewTask>>);
  expect(costOf()).toEqual(unknownCost);
  expect(costOf(settled(1, usd(1)), settled(2, usd(2, 'computed')))).toMatchObject({
    usd: 3,
    source: 'computed',
  });
  expect(
    costOf(settled(1, usd(1)), {
      run: 2,
      body: { type: 'progressed', progress: null, cost: usd(5, 'estimated') },
    }),
  ).toMatchObject({ usd: 6, source: 'estimated' });
  expect(costOf(settled(1, usd(1)), settled(2, unknownCost))).toMatchObject({ usd: 1, source: 'unknown' });
});

test('seconds are those of the runs, the running one up to now, never below 0', () => {
  const spawned = { run: 1, body: { type: 'spawned' as const, launch } };
  const view = viewTask(history([spawned])) as NonNullable<ReturnType<typeof viewTask>>;
  const started = Date.parse('2026-01-02T03:04:06.678Z');
  expect(taskSeconds(view, started + 5000)).toBe(5);
  expect(taskSeconds(view, started - 5000)).toBe(0);
  applyEvent(view, { type: 'ended', ending: anEnding(), seq: 9, at: 'x', task: 'task-1', run: 1 });
  expect(taskSeconds(view, started + 60_000)).toBeCloseTo(9.322);
  applyEvent(view, {
    type: 'settled',
    settlement: aSettlement({ seconds: 4 }),
    seq: 10,
    at: 'x',
    task: 'task-1',
    run: 1,
  });
  applyEvent(view, {
    type: 'spawned',
    launch,
    seq: 11,
    at: '2026-01-02T03:05:00.000Z',
    task: 'task-1',
    run: 2,
  });
  expect(taskSeconds(view, Date.parse('2026-01-02T03:05:03.000Z'))).toBe(7);
});
