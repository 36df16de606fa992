import { expect, test } from 'vitest';
import type { Exit } from '../../src/parse/parser.ts';
import { reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const counts = { input_tokens: 100, output_tokens: 30, cache_read_input_tokens: 40, total_tokens: 130 };
const init = { type: 'system', subtype: 'init', session_id: 's-1', model: 'model-a' };
const completed = { type: 'result', subtype: 'success', is_error: false, result: 'Done.', usage: counts };

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  const bytes = Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
  return reportOf('claude-stream-json', [bytes], exit, stderr);
}

function said(text: string, usage: unknown) {
  const content = [{ type: 'text', text }];
  return { type: 'assistant', message: { id: 'm-1', model: 'model-a', content, usage } };
}

test('usage with a total counts the whole session, and its input includes the cache', () => {
  expect(read([init, completed])).toMatchObject({
    outcome: 'completed',
    usage: { input: 60, output: 30, cacheRead: 40, cacheWrite: 0 },
    usageScope: 'session',
    usageComplete: true,
    usd: null,
  });
});

test('usage without a total, or with one that is no sum, is read as ever', () => {
  for (const total of [undefined, 131]) {
    const report = read([init, { ...completed, usage: { ...counts, total_tokens: total } }]);
    expect(report).toMatchObject({ usage: { input: 100, cacheRead: 40 }, usageScope: 'run' });
  }
});

test('more cache than input is unknown', () => {
  const usage = { ...counts, cache_read_input_tokens: 101 };
  expect(read([init, { ...completed, usage }])).toMatchObject({ usage: null, usageComplete: false });
});

test('a run that was killed tells what its messages counted, of this run alone', () => {
  expect(read([init, said('I begin.', counts)], { code: null, signal: 'SIGTERM' })).toMatchObject({
    outcome: 'failed',
    usage: { input: 60, output: 30, cacheRead: 40 },
    usageScope: 'run',
    usageComplete: false,
  });
});

test('exit status 0 and is_error false are no success when the text is an API error in brackets', () => {
  const text = '[API Error: 401 Incorrect API key provided.]';
  const none = { input_tokens: 0, output_tokens: 0 };
  const report = read([init, said(text, none), { ...completed, result: text, usage: none }]);
  expect(report).toMatchObject({
    outcome: 'failed',
    error: { class: 'auth', message: 'API Error: 401 Incorrect API key provided.' },
    answer: '',
  });
});

test('an answer that speaks of an API error is an answer', () => {
  const text = '[API Error: 401] means that the key is wrong.';
  expect(read([init, said(text, counts), { ...completed, result: text }])).toMatchObject({
    outcome: 'completed',
    answer: text,
  });
});

test('an answer that the network cut is not in the figures', () => {
  const error = { message: '[API Error: terminated (cause: UND_ERR_SOCKET: other side closed)]' };
  const result = { type: 'result', subtype: 'error_during_execution', is_error: true, usage: counts, error };
  expect(read([init, result], { code: 1, signal: null })).toMatchObject({
    error: { class: 'network' },
    usageComplete: false,
  });
});

test('a notice on stderr is no reason', () => {
  const stderr = 'Ripgrep not available: spawn rg EACCES. Falling back.\nNo saved session found with ID 1.\n';
  expect(read([], { code: 1, signal: null }, stderr).error).toEqual({
    class: 'bad_request',
    message: 'No saved session found with ID 1.',
  });
});
