import { expect, test } from 'vitest';
import { unknownCost } from '../../src/model/cost-sums.ts';
import { type EventBody, statusAfter } from '../../src/model/event.ts';
import { isFinished, isSettled, taskStatuses } from '../../src/model/words.ts';
import { anEnding, aPlan, aReport, aSettlement, aVerdict, launch, requested, route } from './samples.ts';

const cases: [EventBody, ReturnType<typeof statusAfter>][] = [
  [requested(), 'queued'],
  [{ type: 'queued', mode: 'reply' }, 'queued'],
  [{ type: 'spawned', launch }, 'running'],
  [{ type: 'ended', ending: anEnding() }, 'verifying'],
  [{ type: 'settled', settlement: aSettlement({ status: 'parked' }) }, 'parked'],
  [{ type: 'settled', settlement: aSettlement({ status: 'blocked' }) }, 'blocked'],
  [{ type: 'approved', commit: null, onto: null, landed: null }, 'done'],
  [{ type: 'rejected', reason: 'no' }, 'failed'],
  [{ type: 'routed', route }, null],
  [{ type: 'planned', plan: aPlan() }, null],
  [{ type: 'progressed', progress: null, cost: unknownCost }, null],
  [{ type: 'stopped', why: 'cancelled', by: 'by you' }, null],
  [{ type: 'parsed', report: aReport() }, null],
  [{ type: 'warned', message: 'x' }, null],
  [{ type: 'verified', verdict: aVerdict() }, null],
];

test.each(cases)('after %j', (body, status) => expect(statusAfter(body)).toBe(status));

test('finished is settled, and what still needs us is neither', () => {
  expect(taskStatuses.filter(isFinished)).toEqual(['done', 'failed', 'cancelled']);
  expect(taskStatuses.filter(isSettled)).toEqual(['blocked', 'review', 'done', 'failed', 'cancelled']);
});
