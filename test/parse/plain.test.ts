import { expect, test } from 'vitest';
import { PlainRenderer } from '../../src/parse/plain.ts';
import { reportOf } from './fixtures.ts';

const read = (text: string, code: number, stderr = '') =>
  reportOf('plain', [Buffer.from(text)], { code, signal: null }, stderr);

test('text and exit status 0 are a success of unknown price', () => {
  expect(read('working\nall good\n', 0)).toMatchObject({
    outcome: 'completed',
    answer: 'working\nall good',
    usage: null,
    usd: null,
    usageComplete: false,
  });
});

test('any other exit status is a failure, in the words of stderr or else of the output', () => {
  expect(read('it says: all good\n', 3)).toMatchObject({
    outcome: 'failed',
    error: { class: 'internal', message: 'it says: all good' },
  });
  expect(read('all good\n', 3, 'sh: frob: command not found\n')).toMatchObject({
    error: { class: 'tool_missing' },
  });
  expect(read('', 127)).toMatchObject({
    error: { class: 'tool_missing', message: 'exited with status 127' },
  });
  expect(read('all good\n', 137)).toMatchObject({ error: { class: 'killed' } });
});

test('the answer of a long output is its last whole lines', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
  const { answer } = read(lines.join('\n'), 0);
  expect(answer.split('\n')).toEqual(lines.slice(-40));
});

test('only what stays of a line that overwrites itself is kept, and sequences do nothing', () => {
  const text = ' 10%\r 50%\r100%\n\u001b[2Jx\u001b]0;title\u0007y\u001b]52;c;aGk=\u0007\n';
  expect(read(text, 0).answer).toBe('100%\nxy');
  expect(new PlainRenderer().push(Buffer.from(text))).toEqual(['100%', 'xy']);
});
