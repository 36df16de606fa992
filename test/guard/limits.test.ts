import { expect, test } from 'vitest';
import { guardRun } from '../../src/guard/limits.ts';
import { unknownCost } from '../../src/model/cost-sums.ts';
import { aPlan, usd } from '../model/samples.ts';

const limits = { ...aPlan().limits, timeoutSeconds: 60, budgetUsd: 1 };
const now = { elapsedSeconds: 1, cost: usd(0.1), spentBefore: 0, warned: false, finished: false };

test.each([
  ['well within its limits', limits, now, { action: 'go-on' }],
  ['just before its time', limits, { ...now, elapsedSeconds: 59.99 }, { action: 'go-on' }],
  [
    'at its time',
    limits,
    { ...now, elapsedSeconds: 60 },
    { action: 'stop', why: 'timeout', message: 'over its time limit of 60 s' },
  ],
  ['without a budget', { ...limits, budgetUsd: null }, { ...now, cost: usd(1e6) }, { action: 'go-on' }],
  ['at an unknown price', limits, { ...now, cost: unknownCost, spentBefore: 5 }, { action: 'go-on' }],
  ['before the warning', limits, { ...now, cost: usd(0.79) }, { action: 'go-on' }],
  [
    'at four fifths',
    limits,
    { ...now, cost: usd(0.8) },
    { action: 'warn', message: 'has used $0.8000 of $1' },
  ],
  ['warned before', limits, { ...now, cost: usd(0.9), warned: true }, { action: 'go-on' }],
  [
    'at its budget',
    limits,
    { ...now, cost: usd(1), warned: true },
    { action: 'stop', why: 'over_budget', message: 'over its budget: $1.0000 of $1' },
  ],
  [
    'that is over its budget but has told its end',
    limits,
    { ...now, cost: usd(3), finished: true },
    { action: 'go-on' },
  ],
  [
    'with what earlier runs have cost',
    limits,
    { ...now, cost: usd(0.2), spentBefore: 0.9 },
    { action: 'stop', why: 'over_budget', message: 'over its budget: $1.1000 of $1' },
  ],
  [
    'over both: the time is named',
    limits,
    { ...now, cost: usd(2), elapsedSeconds: 99 },
    { action: 'stop', why: 'timeout', message: 'over its time limit of 60 s' },
  ],
])('a run %s', (_, held, state, decision) => expect(guardRun(held, state)).toEqual(decision));
