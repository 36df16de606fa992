import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const completed = {
  type: 'turn.completed',
  usage: {
    input_tokens: 100,
    cached_input_tokens: 30,
    cache_write_input_tokens: 20,
    output_tokens: 9,
    reasoning_output_tokens: 4,
  },
};

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  const bytes = Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
  return reportOf('codex-jsonl', [bytes], exit, stderr);
}

test('input is told without what was read from and written to the cache, output with reasoning', () => {
  expect(read([completed])).toMatchObject({
    outcome: 'completed',
    usage: { input: 50, output: 9, cacheRead: 30, cacheWrite: 20 },
    usageScope: 'session',
    usageComplete: true,
    usd: null,
  });
});

test('counts that contradict each other are unknown', () => {
  const usage = { input_tokens: 10, cached_input_tokens: 30, output_tokens: 1 };
  expect(read([{ type: 'turn.completed', usage }])).toMatchObject({ usage: null, usageComplete: false });
});

test('an error event is no end: the turn may still be completed', () => {
  expect(read([{ type: 'error', message: 'Reconnecting... 1/5 (status 500)' }, completed])).toMatchObject({
    outcome: 'completed',
    error: null,
  });
});

test('a stream that only tells of errors fails with the last of them', () => {
  const error = { type: 'error', message: 'Reconnecting... waiting for network (Connection failed)' };
  expect(read([error], { code: 1, signal: null })).toMatchObject({
    outcome: 'failed',
    error: { class: 'network', message: error.message },
  });
  expect(read([error])).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
});

test("a provider's answer in JSON is told by its message", () => {
  const message = JSON.stringify({ error: { message: 'no such thing', type: 'invalid_request_error' } });
  expect(read([{ type: 'turn.failed', error: { message } }], { code: 1, signal: null }).error).toEqual({
    class: 'bad_request',
    message: 'no such thing',
  });
});

test('the to-do list, refused commands and refused changes are told', () => {
  const items = [
    { text: 'one', completed: true },
    { text: 'two', completed: false },
    { text: 'three', completed: false },
  ];
  const report = read(
    [
      { type: 'item.started', item: { type: 'todo_list', items } },
      { type: 'item.completed', item: { type: 'command_execution', command: 'rm x', status: 'declined' } },
      completed,
    ],
    well,
    'Reading additional input from stdin...\n2026-11-20T10:00:00Z ERROR core::router: error=patch rejected: read-only sandbox\n',
  );
  expect(report.progress).toEqual({ done: 1, total: 3, current: 'two' });
  expect(report.denied).toEqual(['command_execution rm x', 'patch rejected: read-only sandbox']);
});

test('a retry is no sign of work, and text outside the format counts by its bytes', () => {
  const parser = formatOf('codex-jsonl').create();
  const push = (event: object) => parser.push(Buffer.from(`${JSON.stringify(event)}\n`));
  expect(parser.work).toBeUndefined();
  push({ type: 'thread.started', thread_id: 't' });
  const begun = parser.work;
  push({ type: 'error', message: 'Reconnecting... 1/5' });
  expect(parser.work).toBe(begun);
  push({ type: 'item.completed', item: { type: 'agent_message', text: 'Hello' } });
  expect(parser.work).toBe((begun ?? 0) + 1);
});

test('a turn that ends with status 1 and not a word was interrupted; one that left words was not', () => {
  const begun = [{ type: 'thread.started', thread_id: 's' }, { type: 'turn.started' }];
  const silent: Exit = { code: 1, signal: null };
  const classOf = (events: unknown[], stderr = '') => read(events, silent, stderr).error?.class;
  expect(classOf(begun)).toBe('killed');
  expect(classOf(begun, 'panicked at main\n')).toBe('internal');
  expect(classOf([...begun, { type: 'error', message: 'it broke' }])).toBe('internal');
  expect(classOf([])).toBe('internal');
});
