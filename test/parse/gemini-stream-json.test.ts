import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const init = { type: 'init', session_id: 's-1', model: 'asked-for' };
const counts = { total_tokens: 150, input_tokens: 100, output_tokens: 30, cached: 40, input: 60 };
const completed = { type: 'result', status: 'success', stats: { ...counts, models: { 'model-a': counts } } };

function bytes(events: unknown[]) {
  return Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
}

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  return reportOf('gemini-stream-json', [bytes(events)], exit, stderr);
}

function failed(message: string, code = 1) {
  const result = {
    type: 'result',
    status: 'error',
    error: { type: 'unknown', message },
    stats: completed.stats,
  };
  return read([init, result], { code, signal: null });
}

function said(...pieces: string[]) {
  return pieces.map((content) => ({ type: 'message', role: 'assistant', content, delta: true }));
}

test('input is told without the cache, output with what was thought and `output_tokens` leaves out', () => {
  expect(read([init, completed])).toMatchObject({
    outcome: 'completed',
    usage: { input: 60, output: 50, cacheRead: 40, cacheWrite: 0 },
    usageScope: 'run',
    usageComplete: true,
    usd: null,
  });
});

test('the model is the one that was used, not the one that was asked for', () => {
  expect(read([init])).toMatchObject({ model: 'asked-for' });
  expect(read([init, completed])).toMatchObject({ model: 'model-a' });
});

test('an attempt that failed is its trouble while nothing else is told', () => {
  const parser = formatOf('gemini-stream-json').create();
  parser.push(bytes([init]));
  const stderr =
    'Attempt 1 failed with status 429. Retrying with backoff...\n    at async run {\n  status: 429\n}\n';
  expect(parser.trouble?.('')).toBe('');
  expect(parser.trouble?.(stderr)).toBe('Attempt 1 failed with status 429. Retrying with backoff...');
});

test('an answer of many pieces is whole, and one of blanks alone is none', () => {
  expect(read([init, ...said(' ', '\n', 'Well', ' ', 'done.'), completed])).toMatchObject({
    answer: ' \nWell done.',
  });
  expect(
    read([init, ...said('Well done.'), { type: 'tool_use' }, ...said(' ', '\n'), completed]),
  ).toMatchObject({
    answer: 'Well done.',
  });
});

test('models are told apart, and one that used nothing is left out', () => {
  const none = { total_tokens: 0, input_tokens: 0, output_tokens: 0, cached: 0, input: 0 };
  const stats = { ...counts, models: { 'model-a': counts, 'model-b': counts, 'model-c': none } };
  const report = read([init, { ...completed, stats }]);
  expect(report.usage).toEqual({ input: 120, output: 100, cacheRead: 80, cacheWrite: 0 });
  expect(Object.keys(report.usageByModel)).toEqual(['model-a', 'model-b']);
  expect(report.model).toBe('asked-for');
});

test('counts that contradict each other are unknown', () => {
  for (const wrong of [{ cached: 101 }, { total_tokens: 99 }, { input_tokens: 'x' }]) {
    const stats = { models: { 'model-a': { ...counts, ...wrong } } };
    expect(read([init, { ...completed, stats }])).toMatchObject({ usage: null, usageComplete: false });
  }
});

test('the answer is what was said after the last tool call', () => {
  const use = { type: 'tool_use', tool_name: 'glob', tool_id: 'c-1', parameters: {} };
  const events = [init, ...said('I will ', 'look.'), use, ...said('Th', 'ere.'), completed];
  expect(read(events).answer).toBe('There.');
  expect(read([init, ...said('I will ', 'look.'), use, completed]).answer).toBe('I will look.');
});

test('exit status 0 without a final event is a failure: TERM ends a run like that', () => {
  expect(read([init, ...said('Done.')])).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
});

test('a run that still retries when it is cut tells of its last attempt', () => {
  const stderr =
    'Attempt 1 failed with status 429. Retrying\n    at x\nAttempt 2 failed with status 429. Retrying\n';
  expect(read([init], well, stderr).error?.message).toMatch(/: Attempt 2 failed with status 429/);
});

test("a provider's answer in JSON, or in JSON within JSON, is told by its message and status", () => {
  const inner = JSON.stringify({ error: { code: 403, message: 'No access [to it].' } });
  expect(failed(`[API Error: ${inner}]`, 147).error).toEqual({
    class: 'auth',
    message: 'No access [to it].',
  });
  const outer = JSON.stringify({ error: { code: 403, message: inner } });
  expect(failed(`[API Error: ${outer}]`, 147).error).toEqual({
    class: 'auth',
    message: 'No access [to it].',
  });
});

test.each([
  [
    '[API Error: Resource has been exhausted (e.g. check quota).]\nPlease wait and try again later.',
    173,
    'rate_limit',
  ],
  ['[API Error: something unheard of]', 244, 'provider_error'],
  ['[API Error: something unheard of]', 1, 'bad_output'],
  ['[API Error: The model is overloaded. Please try again later.]', 247, 'overloaded'],
  [
    '[API Error: You have exhausted your capacity on this model. Your quota will reset after 3h2m5s.]',
    1,
    'rate_limit',
  ],
  ['[API Error: You have exhausted your daily quota on this model.]', 173, 'quota'],
] as const)('%j with exit status %i is of class %3$s', (message, code, expected) => {
  expect(failed(message, code).error?.class).toBe(expected);
});

test('an answer that was cut is not in the figures, so they are a lower bound', () => {
  expect(failed('[API Error: terminated]')).toMatchObject({
    error: { class: 'network' },
    usageComplete: false,
  });
});

test('giving up is no success, whatever the final event says', () => {
  const loop = { type: 'error', severity: 'warning', message: 'Loop detected, stopping execution' };
  expect(read([init, loop, completed])).toMatchObject({
    outcome: 'failed',
    error: { class: 'bad_output', message: loop.message },
    usageComplete: false,
  });
  const turns = { type: 'error', severity: 'error', message: 'Maximum session turns exceeded' };
  expect(read([init, turns, completed]).error?.class).toBe('over_budget');
  const blocked = { type: 'error', severity: 'warning', message: 'Agent execution blocked: a hook' };
  expect(read([init, blocked, completed])).toMatchObject({ outcome: 'completed', error: null });
});

test.each([
  [41, 'auth'],
  [42, 'bad_request'],
  [53, 'over_budget'],
  [55, 'permission'],
] as const)(
  'exit status %i before the first event is of class %s, in the words of stderr',
  (code, expected) => {
    const stderr = 'Warning: no colours\nRipgrep is not available.\n\nThis is why.\nDo that.\n';
    expect(read([], { code, signal: null }, stderr)).toMatchObject({
      outcome: 'failed',
      error: { class: expected, message: 'This is why.' },
    });
  },
);

test('what was refused is told, and a name that never was a tool is not', () => {
  const call = (id: string, tool_name: string, parameters: unknown, error: unknown) => [
    { type: 'tool_use', tool_name, tool_id: id, parameters },
    { type: 'tool_result', tool_id: id, status: 'error', error },
  ];
  const report = read([
    init,
    ...call('1', 'run_shell_command', { command: 'ls' }, { type: 'policy_violation', message: 'no' }),
    ...call(
      '2',
      'write_file',
      { file_path: '/x' },
      { type: 'invalid_tool_params', message: 'Path not in workspace: x' },
    ),
    ...call('3', 'replace', { file_path: '/y' }, { type: 'tool_not_registered', message: 'not found' }),
    ...call('4', 'make_coffee', {}, { type: 'tool_not_registered', message: 'not found' }),
    ...call('5', 'read_file', { file_path: '/z' }, { type: 'file_not_found', message: 'File not found' }),
    completed,
  ]);
  expect(report.denied).toEqual(['run_shell_command ls', 'write_file /x', 'replace /y']);
  expect(report.outcome).toBe('completed');
});

test('a resumed run tells its own tokens, not those of the session', () => {
  const run = recordedRuns().find(({ name }) => name === 'gemini/resumed-second-turn');
  expect(run?.expected).toMatchObject({
    usageScope: 'run',
    usage: { input: 15, output: 11, cacheRead: 2150 },
  });
});

test('prose that comes in pieces is shown whole, in its place', () => {
  const use = {
    type: 'tool_use',
    tool_name: 'run_shell_command',
    tool_id: '1',
    parameters: { command: 'ls' },
  };
  const renderer = formatOf('gemini-stream-json').render();
  const lines = renderer.push(bytes([init, ...said('I ', 'look'), use, ...said('Do', 'ne.'), completed]));
  expect([...lines, ...renderer.end()]).toEqual([
    'start   asked-for, session s-1',
    'I look',
    'run     ls',
    'Done.',
    'end     100 tokens in, 50 out',
  ]);
});
