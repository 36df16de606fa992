import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { runCost } from '../../src/settle/cost.ts';
import { priceOf } from '../../src/settle/prices.ts';
import { reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const head = `
Main model: claude-sonnet-4-5 with diff edit format
Git repo: .git with 3 files
Repo-map: using 4096 tokens, auto refresh

`;
const read = (text: string, exit: Exit | null = well, stderr = '') =>
  reportOf('aider-text', [Buffer.from(head + text)], exit, stderr);
const failure = 'litellm.APIConnectionError: OpenAIException - Connection error.\n';

test.each([
  ['Tokens: 999 sent, 1 received.', { input: 999, output: 1, cacheRead: 0, cacheWrite: 0 }, null],
  [
    'Tokens: 1.2k sent, 13k received. Cost: $0.20 message, $0.20 session.',
    { input: 1200, output: 13_000, cacheRead: 0, cacheWrite: 0 },
    0.2,
  ],
  [
    'Tokens: 20k sent, 15k cache hit, 10 received. Cost: $0.00012 message, $0.00012 session.',
    { input: 5000, output: 10, cacheRead: 15_000, cacheWrite: 0 },
    0.00012,
  ],
  [
    'Tokens: 36k sent, 11k cache write, 12k cache hit, 187 received.\nCost: $0.05 message, $0.05 session.',
    { input: 2000, output: 187, cacheRead: 12_000, cacheWrite: 11_000 },
    0.05,
  ],
  [
    'Tokens: 22k sent, 11k cache write, 1 received. Cost: $0.05 message, $0.05 session.',
    { input: 0, output: 1, cacheRead: 0, cacheWrite: 11_000 },
    0.05,
  ],
  [
    'Tokens: 13k sent, 11k cache write, 12k cache hit, 187 received.\nCost: $0.08 message, $0.08 session.',
    { input: 2000, output: 187, cacheRead: 12_000, cacheWrite: 11_000 },
    0.08,
  ],
])('the figures of "%s" are told as they are, never as exact', (line, usage, usd) => {
  expect(read(`Done.\n\n${line}\n`)).toMatchObject({
    outcome: 'completed',
    answer: 'Done.',
    usage,
    usd,
    usageScope: 'run',
    usageComplete: false,
  });
});

test('figures are found however the line is wrapped', () => {
  const line = 'Tokens: 13k sent, 12k cache hit, 9.9k received. Cost: $0.08 message, $0.08 session.';
  const whole = read(`Done.\n\n${line}\nApplied edit to a\n`);
  expect(whole).toMatchObject({ usage: { input: 1000, output: 9900, cacheRead: 12_000 }, usd: 0.08 });
  for (const [index, letter] of [...line].entries()) {
    if (letter !== ' ' || index < 8) continue;
    const wrapped = `${line.slice(0, index)}\n${line.slice(index + 1)}`;
    expect(read(`Done.\n\n${wrapped}\nApplied edit to a\n`)).toEqual(whole);
  }
});

test('several messages are summed, and the price is the sum that is rounded less', () => {
  const message = (cost: string, total: string) =>
    `Text.\n\nTokens: 1.0k sent, 10 received. Cost: $${cost} message, $${total} session.\n`;
  expect(read(message('0.0084', '0.0084') + message('0.0067', '0.02'))).toMatchObject({
    usage: { input: 2000, output: 20 },
    usd: 0.0151,
  });
  expect(read(message('0.08', '0.08') + message('0.07', '0.16'))).toMatchObject({ usd: 0.16 });
});

test('one message without a price leaves the price of the run unknown', () => {
  const text = `A.

Tokens: 1.0k sent, 10 received. Cost: $0.0084 message, $0.0084 session.
B.

Tokens: 2.0k sent, 10 received.
Applied edit to a
`;
  expect(read(text)).toMatchObject({ usage: { input: 3000, output: 20 }, usd: null });
});

test('its price is an estimate, with the price it prints and without', async () => {
  const cost = (line: string) =>
    runCost({
      report: read(`Done.\n\n${line}\n`),
      previous: [],
      model: null,
      price: (model, usage) => priceOf(model, usage, []),
    });
  const printed = 'Tokens: 2.3k sent, 87 received. Cost: $0.0082 message, $0.0082 session.';
  expect(await cost(printed)).toMatchObject({ usd: 0.0082, source: 'estimated' });
  expect(await cost('Tokens: 2.3k sent, 87 received.')).toMatchObject({
    usd: 0.008205,
    source: 'estimated',
  });
  expect(await cost('')).toMatchObject({ usd: null, source: 'unknown', tokens: null });
});

test('exit status 0 is no success where no message was finished', () => {
  expect(read('')).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
  expect(read('Some text.\n')).toMatchObject({ outcome: 'failed', usage: null, usd: null });
  expect(read(failure)).toMatchObject({ outcome: 'failed', error: { class: 'network' } });
});

test('an error after a finished message is the end, one before it was a retry', () => {
  const message = 'Done.\n\nTokens: 10 sent, 10 received. Cost: $0.0001 message, $0.0001 session.\n';
  expect(read(`${failure}Retrying in 0.2 seconds...\n${message}`)).toMatchObject({
    outcome: 'completed',
    error: null,
    answer: 'Done.',
  });
  expect(read(message + failure)).toMatchObject({
    outcome: 'failed',
    error: { class: 'network', message: failure.trim() },
    usd: 0.0001,
  });
});

test.each([
  ['litellm.AuthenticationError: bad', 'auth'],
  ['litellm.RateLimitError: You exceeded your current quota, please check your plan', 'quota'],
  ['litellm.RateLimitError: slow down', 'rate_limit'],
  ['litellm.InternalServerError: AnthropicException - Overloaded', 'overloaded'],
  ['litellm.ServiceUnavailableError: x', 'provider_error'],
  ['litellm.Timeout: APITimeoutError', 'network'],
  ['litellm.BadRequestError: Your credit balance is too low', 'quota'],
  ['litellm.BadRequestError: x', 'bad_request'],
  ['litellm.ContentPolicyViolationError: x', 'refused'],
  ['litellm.constructor: x', 'provider_error'],
  ['Unable to create a.txt, skipping edits.', 'permission'],
  ['Traceback (most recent call last):\n  File "x"\nValueError: boom', 'internal'],
])('"%s" is of the class %s', (text, errorClass) => {
  expect(read(`${text}\n`).error?.class).toBe(errorClass);
  expect(read(`${text}\n`, { code: 1, signal: null }).error?.class).toBe(errorClass);
  expect(read(`${text}\n`, { code: null, signal: 'SIGTERM' }).error?.class).toBe('killed');
});

test('an unforeseen exception is told by its last line', () => {
  expect(read('Traceback (most recent call last):\n  File "x"\n\nValueError: boom\n').error).toEqual({
    class: 'internal',
    message: 'ValueError: boom',
  });
});

test('edits that never fit end in failure, with every attempt counted', () => {
  const attempt = 'Here.\n\nTokens: 100 sent, 10 received. Cost: $0.0010 message, $0.0010 session.\n';
  const misfit = 'The LLM did not conform to the edit format.\nhttps://example.org\n\nno filename\n';
  const text = `${(attempt + misfit).repeat(4)}Only 3 reflections allowed, stopping.\n`;
  expect(read(text)).toMatchObject({
    outcome: 'failed',
    error: { class: 'bad_output', message: 'Only 3 reflections allowed, stopping.' },
    usage: { input: 400, output: 40 },
  });
  expect(read(attempt + misfit).outcome).toBe('failed');
});

test('the answer is the last message without its edits, fences and paths', () => {
  const text = `First.

Tokens: 10 sent, 10 received. Cost: $0.0001 message, $0.0001 session.
The LLM did not conform to the edit format.
https://example.org

# 1 SEARCH/REPLACE block failed to match!
The SEARCH section must exactly match an existing block of lines including all white space

I changed two files.

lib/a.sh
\`\`\`sh
<<<<<<< SEARCH
Tokens: 99 sent, 99 received.
=======
Only 3 reflections allowed, stopping.
>>>>>>> REPLACE
\`\`\`

\`\`\`sh
lib/b.sh
<<<<<<< SEARCH
=======
x
>>>>>>> REPLACE
\`\`\`

Run it with:
\`\`\`sh
./lib/a.sh
\`\`\`

Tokens: 10 sent, 10 received. Cost: $0.0001 message, $0.0002 session.
Applied edit to lib/a.sh
`;
  expect(read(text)).toMatchObject({
    outcome: 'completed',
    answer: 'I changed two files.\n\nRun it with:\n```sh\n./lib/a.sh\n```',
    usage: { input: 20, output: 20 },
    usd: 0.0002,
  });
});

test('figures cut in their midst are not believed', () => {
  const line = 'Tokens: 10 sent, 10 received. Cost: $0.0123 message, $0.0123 session.';
  for (let end = 1; end < line.length; end += 1) {
    expect(read(`Done.\n\n${line.slice(0, end)}`)).toMatchObject({
      outcome: 'failed',
      usage: null,
      usd: null,
    });
  }
  expect(read(`Done.\n\n${line}`)).toMatchObject({ outcome: 'completed', usd: 0.0123 });
});

test('the session is the chat history, from the first announcements on', () => {
  expect(read('')).toMatchObject({ session: 'chat-history', model: 'claude-sonnet-4-5' });
  expect(reportOf('aider-text', [], well).session).toBeNull();
});

test('edits that were refused are told', () => {
  const text =
    'Done.\n\nTokens: 10 sent, 10 received.\nSkipping edits to dist/a.js that matches gitignore spec.\n';
  expect(read(text).denied).toEqual(['Skipping edits to dist/a.js that matches gitignore spec.']);
});

test('people see prose as it is, and what was done with a label', () => {
  const renderer = formatOf('aider-text').render();
  const text = `${head}I did it.\n\nTokens: 10 sent, 10 received.\nApplied edit to a.txt\n${failure}Retrying in 0.2 seconds...\n`;
  expect([...renderer.push(Buffer.from(text)), ...renderer.end()].filter((line) => line !== '')).toEqual([
    'start   claude-sonnet-4-5 with diff edit format',
    'Git repo: .git with 3 files',
    'Repo-map: using 4096 tokens, auto refresh',
    'I did it.',
    'end     Tokens: 10 sent, 10 received.',
    'edit    a.txt',
    'error   litellm.APIConnectionError: OpenAIException - Connection error.',
    'retry   Retrying in 0.2 seconds...',
  ]);
});

test('a flood of lines, each short or one without end, is read in bounded memory', () => {
  const parser = formatOf('aider-text').create();
  parser.push(Buffer.from(head));
  const lines = Buffer.from('x\n'.repeat(32_768));
  for (let at = 0; at < 8; at += 1) parser.push(lines);
  const endless = Buffer.alloc(65_536, 'y');
  for (let at = 0; at < 100; at += 1) parser.push(endless);
  parser.push(Buffer.from('\nlast\n\nTokens: 10 sent, 10 received.\n'));
  const report = parser.end(well, '');
  expect(report.outcome).toBe('completed');
  expect(report.answer.length).toBeLessThanOrEqual(65_536);
  expect(report.answer.endsWith('last')).toBe(true);
});
