import { expect, onTestFinished, test } from 'vitest';
import { type ErrorCode, OrchestraError } from '../../src/base/errors.ts';
import { exitStatusFor, explain } from '../../src/cli/explain.ts';

const statuses: Record<ErrorCode, number> = {
  usage: 2,
  config: 2,
  not_found: 2,
  unavailable: 2,
  conflict: 1,
  refused: 1,
  timeout: 5,
  over_budget: 4,
  internal: 1,
};

test.each(Object.entries(statuses))('an error of the kind %s ends in %d', (code, status) => {
  expect(exitStatusFor(new OrchestraError(code as ErrorCode, 'No.'))).toBe(status);
});

test('what nobody expected ends in 1', () => {
  for (const thrown of [new Error('x'), 'x', undefined]) expect(exitStatusFor(thrown)).toBe(1);
});

test('an expected error is a sentence, and its hint a line of its own', () => {
  const error = new OrchestraError('usage', 'There is no task-9.', { hint: 'orchestra status' });
  expect(explain(error, false)).toBe('orchestra: There is no task-9.\nhint: orchestra status\n');
  expect(explain(error, true)).toBe(
    '\u001b[31morchestra:\u001b[39m There is no task-9.\nhint: orchestra status\n',
  );
  expect(explain(new OrchestraError('usage', 'No.'), false)).toBe('orchestra: No.\n');
});

test('what nobody expected says so on one line, and shows where it was only when asked', () => {
  const before = process.env.ORCHESTRA_DEBUG;
  onTestFinished(() => {
    if (before === undefined) delete process.env.ORCHESTRA_DEBUG;
    else process.env.ORCHESTRA_DEBUG = before;
  });
  const error = new TypeError('x is not\n  a function');
  delete process.env.ORCHESTRA_DEBUG;
  expect(explain(error, false)).toBe(
    'orchestra: something went wrong inside: x is not a function\n' +
      'hint: orchestra doctor looks for the cause; ORCHESTRA_DEBUG=1 shows where it was.\n',
  );
  process.env.ORCHESTRA_DEBUG = '1';
  expect(explain(error, false)).toContain('explain.test.ts');
});
