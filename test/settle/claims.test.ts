import { expect, test } from 'vitest';
import type { CheckResult, Verdict } from '../../src/model/verdict.ts';
import { claimsAgainst } from '../../src/settle/claims.ts';

const check = (passed: boolean): CheckResult => ({
  command: 'npm test',
  passed,
  exit: passed ? 0 : 1,
  seconds: 1,
  commit: 'c',
  output: '',
});
const verdict = (...checks: CheckResult[]): Verdict => ({ commit: 'c', files: [], commits: [], checks });

test.each([
  'All tests pass.',
  'I ran the suite and everything is green.',
  'Tests: 12 passed, 0 skipped',
  'The build succeeded.',
  '12 passing tests',
])('"%s" over a red check stands beside the fact', (answer) => {
  expect(claimsAgainst(`Done.\n${answer}`, verdict(check(true), check(false)))).toEqual([
    { claim: answer, fact: '1 of 2 checks failed: npm test (exit 1)', holds: false },
  ]);
});

test.each([
  'The tests should pass now.',
  'The tests do not pass.',
  'Run the tests to make sure that they pass.',
  'I passed the token to the request.',
  'Added a test for the parser.',
  '',
])('"%s" claims nothing', (answer) => {
  expect(claimsAgainst(answer, verdict(check(false)))).toEqual([]);
});

test('a claim is confirmed by passed checks, and left open without any', () => {
  expect(claimsAgainst('All tests pass.', verdict(check(true)))).toMatchObject([{ holds: true }]);
  expect(claimsAgainst('All tests pass.', verdict())).toMatchObject([
    { holds: null, fact: 'no checks were run' },
  ]);
  expect(claimsAgainst('All tests pass.', undefined)).toMatchObject([{ holds: null }]);
});
