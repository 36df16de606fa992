import { expect, test } from 'vitest';
import { noteBudget, type Outcome } from '../../src/settle/outcome.ts';

const good: Outcome = { status: 'done', reason: 'fine', errors: [] };

test('a finished run that has cost more than the task may, or an unknown sum, says so and keeps its status', () => {
  expect(noteBudget(good, 1.5, 1)).toEqual({
    status: 'done',
    reason: 'over_budget: it finished, and has cost $1.5000 of $1; fine',
    errors: [{ class: 'over_budget', message: 'it finished, and has cost $1.5000 of $1' }],
  });
  for (const [spent, budget] of [
    [1, 1],
    [9, null],
  ] as const)
    expect(noteBudget(good, spent, budget)).toBe(good);
  expect(noteBudget(good, null, 1)).toEqual({
    ...good,
    reason: 'fine; its cost is not known, so the budget of $1 was not held in dollars',
  });
  const failed: Outcome = { ...good, status: 'failed' };
  expect(noteBudget(failed, 2, 1)).toBe(failed);
});
