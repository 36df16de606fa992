import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { runCost } from '../../src/settle/cost.ts';
import { priceOf } from '../../src/settle/prices.ts';
import { reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const init = { type: 'system', subtype: 'init', session_id: 's-1', model: 'Auto' };
const success = { type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id: 's-1' };
const said = (text: string) => ({
  type: 'assistant',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
});
const called = (name: string, call: unknown, subtype = 'completed') => ({
  type: 'tool_call',
  subtype,
  call_id: 'c\n1',
  tool_call: { [name]: call },
});
const bytes = (events: unknown[]) => Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
const read = (events: unknown[], exit: Exit | null = well, stderr = '') =>
  reportOf('cursor-stream-json', [bytes(events)], exit, stderr);

test('input is told without the cache, of this run alone, and no price is made up', async () => {
  const usage = { inputTokens: 253, outputTokens: 17, cacheReadTokens: 25_856, cacheWriteTokens: 4 };
  const report = read([init, { ...success, usage }]);
  expect(report).toMatchObject({
    usage: { input: 253, output: 17, cacheRead: 25_856, cacheWrite: 4 },
    usageScope: 'run',
    usageComplete: true,
    usd: null,
  });
  const price = (model: string, used: Parameters<typeof priceOf>[1]) => priceOf(model, used, []);
  expect(await runCost({ report, previous: [report], model: null, price })).toMatchObject({
    usd: null,
    source: 'unknown',
    tokens: report.usage,
  });
});

test.each([undefined, {}, { inputTokens: 3 }, { inputTokens: -1, outputTokens: 2 }, 'many'])(
  'usage %j is unknown, not zero',
  (usage) => {
    expect(read([{ ...success, usage }])).toMatchObject({
      outcome: 'completed',
      usage: null,
      usageComplete: false,
    });
  },
);

test('only a result that says so twice is a success', () => {
  expect(read([success]).outcome).toBe('completed');
  expect(read([{ ...success, is_error: true }])).toMatchObject({ outcome: 'failed' });
  expect(read([{ ...success, is_error: undefined }])).toMatchObject({ outcome: 'failed' });
  expect(read([{ ...success, subtype: 'error' }])).toMatchObject({ outcome: 'failed' });
  expect(read([success], { code: 1, signal: null })).toMatchObject({ outcome: 'failed' });
});

test('a stream without its result is a failure, whatever the exit status', () => {
  expect(read([init, said('Done.')])).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
  expect(
    read([init], { code: 1, signal: null }, "Error: You've hit your usage limit\n  Get Pro\n"),
  ).toMatchObject({
    error: { class: 'quota' },
  });
});

test('events that come again on stderr are no words of trouble', () => {
  const noise = bytes([init, said('The rate limit of the API is 3.')]).toString();
  expect(read([init], { code: 1, signal: null }, `${noise}\nsomething else\n`).error).toEqual({
    class: 'internal',
    message: 'something else',
  });
});

test('a line of text instead of an event is what went wrong', () => {
  const text = 'T: named models need a plan\n';
  expect(reportOf('cursor-stream-json', [Buffer.from(text)], { code: 1, signal: null })).toMatchObject({
    error: { message: 'T: named models need a plan' },
  });
});

test('the answer is the last text, not all texts joined', () => {
  const whole = { ...success, result: 'I look.I am done.' };
  expect(read([said('I look.'), said('I am done.'), whole]).answer).toBe('I am done.');
  expect(read([said('I look.'), { ...success, result: 'Another.' }]).answer).toBe('Another.');
  expect(read([said('I look.'), { ...success, result: '' }]).answer).toBe('I look.');
});

test('refused calls are told with what they wanted and why', () => {
  const rejected = { rejected: { command: 'git push', reason: 'denied by rule' } };
  expect(
    read([
      called('shellToolCall', { args: { command: 'git push' } }, 'started'),
      called('shellToolCall', { result: rejected }),
      called('editToolCall', {
        args: { path: '/etc/x' },
        result: { writePermissionDenied: { error: 'outside' } },
      }),
      called('readToolCall', { args: { path: 'a' }, result: { success: { content: 'rejected' } } }),
      success,
    ]).denied,
  ).toEqual(['shell git push denied by rule', 'edit /etc/x outside']);
});

test('a to-do list that is merged counts by its result', () => {
  const item = (content: string, status: string) => ({ content, status });
  const list = [item('one', 'TODO_STATUS_IN_PROGRESS'), item('two', 'pending')];
  const first = called('updateTodosToolCall', { args: { todos: list, merge: false } }, 'started');
  const merge = { args: { todos: [item('one', 'TODO_STATUS_COMPLETED')], merge: true } };
  expect(read([first]).progress).toEqual({ done: 0, total: 2, current: 'one' });
  expect(read([first, called('updateTodosToolCall', merge, 'started')]).progress).toEqual({
    done: 0,
    total: 2,
    current: 'one',
  });
  const all = [item('one', 'TODO_STATUS_CANCELLED'), item('two', 'TODO_STATUS_IN_PROGRESS')];
  const result = { success: { todos: all } };
  expect(read([first, called('updateTodosToolCall', { ...merge, result })]).progress).toEqual({
    done: 1,
    total: 2,
    current: 'two',
  });
});

test('events of unknown types and tools are passed over', () => {
  const events = [
    { type: 'interaction_query', subtype: 'request' },
    { type: 'thinking', subtype: 'delta', text: 'hm' },
    called('somethingNewToolCall', { args: 3 }),
    { type: 'tool_call', tool_call: 'x' },
    success,
  ];
  expect(read(events)).toMatchObject({ outcome: 'completed', answer: 'Done.', denied: [] });
});

test('people see what is read, edited, run, refused and planned', () => {
  const renderer = formatOf('cursor-stream-json').render();
  const events = [
    init,
    said('I look.'),
    called('readToolCall', { args: { path: 'a.ts' } }, 'started'),
    called('editToolCall', { args: { path: 'a.ts', streamContent: 'x' } }, 'started'),
    called('shellToolCall', { args: { command: 'npm test' } }, 'started'),
    called('shellToolCall', { args: { command: 'npm test' }, result: { failure: { exitCode: 3 } } }),
    called('webFetchToolCall', { args: { url: 'https://example.org' } }, 'started'),
    called('deleteToolCall', { args: { path: 'b' }, result: { rejected: { path: 'b' } } }),
    called('updateTodosToolCall', {
      args: { todos: [{ content: 'one', status: 'TODO_STATUS_IN_PROGRESS' }] },
    }),
    said('Done.'),
    { ...success, duration_ms: 4889, usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 90 } },
  ];
  expect([...renderer.push(bytes(events)), ...renderer.end()]).toEqual([
    'start   Auto, session s-1',
    'I look.',
    'read    a.ts',
    'edit    a.ts',
    'run     npm test',
    'error   exit 3: npm test',
    'use     webFetch https://example.org',
    'denied  delete b',
    'plan    0/1 one',
    'Done.',
    'end     4.9 s, 100 tokens in, 5 out',
  ]);
});
