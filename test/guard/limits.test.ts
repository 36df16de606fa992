import { expect, test } from 'vitest';
import { type GuardDecision, type GuardLook, guardRun } from '../../src/guard/limits.ts';
import { unknownCost } from '../../src/model/cost-sums.ts';
import type { Plan } from '../../src/model/plan.ts';
import { aPlan, usd } from '../model/samples.ts';

const limits: Plan['limits'] = { ...aPlan().limits, timeoutSeconds: 60, budgetUsd: 1 };
const now: GuardLook = {
  elapsedSeconds: 1,
  cost: usd(0.1),
  spentBefore: 0,
  shared: [],
  warned: new Set(),
  finished: false,
};
const tokens = { input: 600, output: 100, cacheRead: 200, cacheWrite: 100 };
const unpriced = { usd: null, source: 'unknown' as const, tokens };
const day = { name: "the day's budget", limitUsd: 5, spentUsd: 4.1 };

test.each<[string, typeof limits, GuardLook, GuardDecision]>([
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
    { action: 'warn', about: 'budget', message: 'has used $0.8000 of $1' },
  ],
  [
    'warned before',
    limits,
    { ...now, cost: usd(0.9), warned: new Set(['budget'] as const) },
    { action: 'go-on' },
  ],
  [
    'at its budget',
    limits,
    { ...now, cost: usd(1), warned: new Set(['budget'] as const) },
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
    'that tells nothing of its tokens, which is said after a while',
    limits,
    { ...now, cost: unknownCost, elapsedSeconds: 30 },
    {
      action: 'warn',
      about: 'untold',
      message:
        "has told neither tokens nor a price so far, so its budget of $1 can't be held; it stops at 60 s instead",
    },
  ],
  [
    'whose model has no price, which is said',
    { ...limits, unpricedTokens: 1001 },
    { ...now, cost: unpriced },
    {
      action: 'warn',
      about: 'unpriced',
      message:
        "its model has no known price, so its budget of $1 can't be held in dollars; it stops at 1001 tokens or 60 s instead",
    },
  ],
  [
    'whose model has no price, at its tokens',
    { ...limits, unpricedTokens: 1000 },
    { ...now, cost: unpriced, warned: new Set(['unpriced'] as const) },
    {
      action: 'stop',
      why: 'over_budget',
      message: 'over 1000 tokens, the limit for a model without a known price: 1000 used',
    },
  ],
  [
    'without a price and without a budget',
    { ...limits, budgetUsd: null, unpricedTokens: 1 },
    { ...now, cost: unpriced },
    { action: 'go-on' },
  ],
  [
    'near the end of a shared budget',
    { ...limits, budgetUsd: null },
    { ...now, shared: [day] },
    { action: 'warn', about: 'shared', message: "the day's budget is nearly used: $4.1000 of $5" },
  ],
  [
    'at the end of a shared budget, however little it took itself',
    limits,
    { ...now, shared: [{ ...day, spentUsd: 5 }] },
    { action: 'stop', why: 'over_budget', message: "over the day's budget: $5.0000 of $5" },
  ],
  [
    'over both: the time is named',
    limits,
    { ...now, cost: usd(2), elapsedSeconds: 99 },
    { action: 'stop', why: 'timeout', message: 'over its time limit of 60 s' },
  ],
])('a run %s', (_, held, state, decision) => expect(guardRun(held, state)).toEqual(decision));
