import { expect, test } from 'vitest';
import { againText, resumeText } from '../../src/plan/briefing.ts';

const red = {
  command: 'npm test',
  passed: false,
  exit: 1,
  seconds: 3,
  commit: null,
  output: 'expected 4, got 5\n',
};
const green = { ...red, command: 'npm run lint', passed: true, exit: 0, output: 'fine' };
const failed = { error: { class: 'check_failed' as const, message: '1 of 2' }, checks: [green, red] };
const cut = { error: { class: 'overloaded' as const, message: 'no \u001b[31mroom' }, checks: [] };

test('a session is told which check does not pass, with the end of its output, and of no other', () => {
  expect(resumeText(failed)).toBe(
    'The check `npm test` does not pass: it ended with exit status 1.\nThe end of its output:\n\nexpected 4, got 5\n\nFind the cause and mend the work. Leave the checks themselves as they are.',
  );
  const silent = { ...failed, checks: [{ ...red, exit: null, output: '' }] };
  expect(resumeText(silent)).toContain('`npm test` does not pass: it did not end in time.\n\nFind');
});

test('a session that was cut short is asked to go on', () => {
  expect(resumeText(cut)).toBe(
    'Your last turn was cut short (overloaded: no room). Go on with the task where you stopped.',
  );
});

test('a run without memory gets the whole task first, then what an earlier one came to', () => {
  const text = againText('Add a button.\n', failed);
  expect(text.startsWith('Add a button.\n\n\n---\nAn earlier attempt')).toBe(true);
  expect(text).toContain('expected 4, got 5');
  expect(againText('Add a button.', cut)).toContain('It ended with overloaded: no room.');
});
