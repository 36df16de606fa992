import { expect, test } from 'vitest';
import { type ApprovalFacts, mayLandItself } from '../../src/guard/auto-approval.ts';
import { AutoApproval } from '../../src/model/policy.ts';
import type { FileChange, Verdict } from '../../src/model/verdict.ts';
import { aCheck } from '../model/samples.ts';

const file: FileChange = { path: 'a', change: 'modified', additions: 3, deletions: 2 };

function ask(condition: object | null, verdict: Partial<Verdict> = {}, facts: Partial<ApprovalFacts> = {}) {
  const autoApprove = condition === null ? [] : [AutoApproval.parse({ name: 'one', ...condition })];
  const answer = mayLandItself(
    { rules: [], autoApprove },
    {
      category: 'docs',
      tier: 'trivial',
      verdict: { files: [file], checks: [aCheck('make test', 0)], ...verdict },
      ...facts,
    },
  );
  return answer.allowed ? `by ${answer.by}` : answer.why;
}

test('work lands by itself where a condition holds whole', () => {
  expect(ask({})).toBe('by one');
  expect(ask({ categories: ['docs'], tiers: ['trivial'], maxFiles: 1, maxLines: 5 })).toBe('by one');
});

test('each condition keeps work that does not fulfil it, and is named', () => {
  expect(ask(null)).toBe('the policy allows no work to land by itself');
  expect(ask({ categories: ['tests'] })).toBe('work of the category docs is not among what may');
  expect(ask({ tiers: ['complex'] })).toBe('work of the tier trivial is not among what may');
  expect(ask({ maxFiles: 0 })).toBe('1 files are changed, at most 0 may be');
  expect(ask({ maxLines: 4 })).toBe('5 lines are changed, at most 4 may be');
});

test('checks must be there and green: to have looked is not to have run', () => {
  expect(ask({}, { checks: [] })).toBe('no command or test has checked it');
  expect(ask({}, { checks: [{ ...aCheck('clean', 0), kind: 'clean' }] })).toBe(
    'no command or test has checked it',
  );
  expect(ask({ checks: false }, { checks: [] })).toBe('by one');
  expect(ask({ checks: false }, { checks: [aCheck('make', 1)] })).toBe('a check has not passed');
});

test('nothing lands by itself with a finding, a warning too, or with a change that is not known', () => {
  const finding = {
    rule: 'r',
    file: null,
    line: null,
    message: 'm',
    severity: 'warn',
    overridable: true,
  } as const;
  expect(ask({}, { findings: [finding] })).toBe('the policy has found something (r)');
  expect(ask({}, { files: null })).toBe('its change is not known');
});
