import { expect, test } from 'vitest';
import type { Format } from '../../src/model/words.ts';
import { formatOf } from '../../src/parse/formats.ts';
import { COLUMNS, eventLine, inputBrief, paragraph } from '../../src/parse/render-line.ts';
import { recordedRuns } from './fixtures.ts';

const runs = recordedRuns();

function shown(format: Format, text: string): string[] {
  const renderer = formatOf(format).render();
  return [...renderer.push(Buffer.from(text)), ...renderer.end()];
}

function shownRun(name: string): string[] {
  const run = runs.find((one) => one.name === name);
  return run === undefined ? [] : shown(run.format, run.output.toString());
}

test('many blanks in a text are shown in no time', () => {
  // With one look back for each blank it would take minutes.
  expect(paragraph(`${' '.repeat(262_144)}x`)).toHaveLength(2);
});

test('a run with edits and commands reads as what happened, with its price at the end', () => {
  expect(shownRun('claude-code/success')).toEqual([
    expect.stringMatching(/^start {3}claude-sonnet-5, session /),
    'edit    /home/dev/project/hello.txt',
    'run     cat hello.txt',
    'I wrote hello.txt.',
    expect.stringMatching(/^end {5}3 turns, [\d.]+ s, 7,421 tokens in, 99 out, \$0\.0094$/),
  ]);
  expect(shownRun('codex/success')).toEqual([
    expect.stringMatching(/^start {3}session /),
    'edit    /home/dev/project/hello.txt (add)',
    "run     /bin/bash -lc 'cat hello.txt'",
    'I wrote hello.txt.',
    'end     7,421 tokens in, 99 out so far',
  ]);
});

test('retries, refusals and errors are shown, each once', () => {
  const limited = shownRun('claude-code/rate-limit-429').map((line) => line.split(' ')[0]);
  expect(limited).toEqual(['start', 'retry', 'error', 'end']);
  const denied = shownRun('claude-code/permission-denied').filter((line) => /^(denied|error)/.test(line));
  expect(denied).toEqual([expect.stringMatching(/^denied {2}Write /)]);
  const broken = shownRun('codex/server-500').map((line) => line.split(' ')[0]);
  expect(broken).toEqual(['start', 'retry', 'error']);
});

test.each(runs)(
  '$name is shown without control bytes, no line wider than the limit',
  ({ format, output }) => {
    for (const line of shown(format, output.toString())) {
      expect([...line].length).toBeLessThanOrEqual(COLUMNS);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  },
);

test('sequences in a tool input and in prose do nothing', () => {
  const evil = 'a\u001b]0;owned\u0007b\u001b]52;c;aGk=\u001b\\c\u0007\u009b2Jd\r\n\te';
  const content = [
    { type: 'tool_use', name: 'Bash', input: { command: evil } },
    { type: 'text', text: evil },
  ];
  expect(shown('claude-stream-json', JSON.stringify({ type: 'assistant', message: { content } }))).toEqual([
    'run     abcd e',
    'abcd',
    '    e',
  ]);
});

test('event lines are cut at the width, wide characters counted twice, prose goes on below', () => {
  expect(eventLine('run', 'x'.repeat(500))).toHaveLength(COLUMNS);
  expect(eventLine('run', '漢'.repeat(500)).length).toBeLessThanOrEqual(COLUMNS / 2 + 8);
  const lines = paragraph(`${'word '.repeat(100)}end\n\n${'漢'.repeat(150)}\n`);
  expect(lines.map((line) => line.length)).toEqual([199, 199, 103, 0, 100, 50]);
});

test('the value of an input that says most is shown', () => {
  expect(inputBrief({ description: 'why', command: 'ls\n-l' })).toBe('ls -l');
  expect(inputBrief({ something: 3, else: 'x' })).toBe('x');
  expect(inputBrief('text')).toBeUndefined();
  expect(inputBrief({ command: '  ' })).toBeUndefined();
});
