import { expect, test } from 'vitest';
import { errorTable } from '../../src/model/error-table.ts';
import { errorClasses } from '../../src/model/words.ts';
import { type NextStepInput, nextStep } from '../../src/settle/next-step.ts';

const now = Date.parse('2026-01-02T12:00:00.000Z');
const minute = 60_000;

function after(name: NextStepInput['error']['class'], fields: Partial<NextStepInput> = {}) {
  return nextStep({
    error: { class: name, message: 'no' },
    attempt: 1,
    attempts: 3,
    retryAt: null,
    resumable: true,
    resumed: false,
    otherTool: null,
    now,
    random: 0,
    ...fields,
  });
}

test('every error class has a row that ends with what can always be done', () => {
  for (const name of errorClasses) {
    const { next, means } = errorTable.classes[name];
    expect(['ask', 'fail'], name).toContain(next.at(-1));
    expect(means.length, name).toBeGreaterThan(10);
  }
});

test('a failed check is repaired in the session, or from the start where there is none', () => {
  expect(after('check_failed')).toEqual({ remedy: 'repair', at: null, tool: null, resume: true });
  expect(after('check_failed', { resumable: false })).toMatchObject({ resume: false });
  expect(after('check_failed', { attempt: 3 })).toBeUndefined();
  expect(after('check_failed', { attempts: 1 })).toBeUndefined();
});

test('an error that passes is tried again after a wait that doubles, with half of it at random', () => {
  expect(after('overloaded')).toEqual({ remedy: 'retry', at: now + 20_000, tool: null, resume: true });
  expect(after('overloaded', { attempt: 2, random: 1 })).toMatchObject({ at: now + 60_000 });
  expect(after('provider_error', { attempt: 15, attempts: 20 })).toMatchObject({ at: now + 15 * minute });
  expect(after('killed')).toMatchObject({ remedy: 'retry', at: null });
});

test('when its attempts are used up, another tool may take over or it is over', () => {
  expect(after('overloaded', { attempt: 3 })).toBeUndefined();
  expect(after('auth')).toBeUndefined();
  expect(after('auth', { otherTool: 'other' })).toEqual({
    remedy: 'other-tool',
    at: null,
    tool: 'other',
    resume: false,
  });
  expect(after('auth', { otherTool: 'other', attempt: 3 })).toBeUndefined();
});

test('a limit is waited for until it lifts, even after many waits', () => {
  const lifts = now + 5 * 60 * minute;
  expect(after('rate_limit', { retryAt: lifts })).toMatchObject({ remedy: 'park', at: lifts, resume: true });
  expect(after('rate_limit', { retryAt: lifts, attempt: 9 })).toMatchObject({ at: lifts });
  expect(after('rate_limit', { retryAt: lifts, attempt: 10 })).toBeUndefined();
  expect(after('rate_limit', { retryAt: lifts, attempts: 1 })).toBeUndefined();
  expect(after('rate_limit', { retryAt: lifts, random: 1 })).toMatchObject({ at: lifts + 5_000 });
});

test('a limit without a time is tried again in five minutes, a used-up plan is not', () => {
  expect(after('rate_limit')).toMatchObject({ remedy: 'park', at: now + 5 * minute });
  expect(after('rate_limit', { attempt: 3 })).toBeUndefined();
  expect(after('quota')).toBeUndefined();
});

test('another tool is better than a long wait, not than a short one', () => {
  const other = { otherTool: 'other' };
  expect(after('rate_limit', { ...other, retryAt: now + 10 * minute })).toMatchObject({ remedy: 'park' });
  expect(after('rate_limit', { ...other, retryAt: now + 60 * minute })).toMatchObject({ tool: 'other' });
  expect(after('rate_limit', other)).toMatchObject({ remedy: 'park' });
  expect(after('quota', other)).toMatchObject({ tool: 'other' });
});

test('a session that cannot be resumed is left, and the task starts anew', () => {
  expect(after('bad_request', { resumed: true })).toEqual({
    remedy: 'retry',
    at: null,
    tool: null,
    resume: false,
  });
  expect(after('bad_request')).toBeUndefined();
});

test('what a person has to decide is not tried again', () => {
  for (const name of ['permission', 'no_change', 'policy', 'timeout', 'over_budget', 'internal'] as const) {
    expect(after(name, { otherTool: 'other' }), name).toBeUndefined();
  }
});
