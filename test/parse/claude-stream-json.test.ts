import { expect, test } from 'vitest';
import type { Exit } from '../../src/parse/parser.ts';
import { reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const success = { type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id: 's1' };

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return reportOf('claude-stream-json', [bytes], exit, stderr);
}

function message(id: string, usage: object, content: unknown[] = [], parent: string | null = null) {
  return { type: 'assistant', parent_tool_use_id: parent, message: { id, model: 'm', content, usage } };
}

function toolUse(name: string, input: unknown) {
  return message('m1', {}, [{ type: 'tool_use', name, input }]);
}

function models(input: number, output: number, costUSD: number) {
  return {
    m: {
      inputTokens: input,
      outputTokens: output,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
      costUSD,
    },
  };
}

test('before the end the figures are those of the messages, each counted once, and marked incomplete', () => {
  const report = read(
    [
      message('a', { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 }),
      message('a', { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: 5 }),
      message('b', { input_tokens: 3, output_tokens: 1, cache_creation_input_tokens: 4 }, [], 'sub-agent'),
    ],
    { code: null, signal: 'SIGTERM' },
  );
  expect(report).toMatchObject({
    outcome: 'failed',
    error: { class: 'killed', message: 'killed by SIGTERM' },
    usage: { input: 13, output: 8, cacheRead: 5, cacheWrite: 4 },
    usageScope: 'run',
    usageComplete: false,
    usd: null,
  });
});

test('several results in one stream add up', () => {
  const since = (input: number, usd: number) => ({
    ...success,
    total_cost_usd: 9,
    modelUsage: models(900, 90, 9),
    model_usage_since_last_result: models(input, 1, usd),
  });
  expect(read([since(10, 0.1), since(20, 0.2)])).toMatchObject({
    usage: { input: 30, output: 2 },
    usageScope: 'run',
    usageComplete: true,
    usd: expect.closeTo(0.3, 9),
  });
});

test('a version without figures since the last result counts the session, unless its own calls are all there is', () => {
  const usage = { input_tokens: 10, output_tokens: 2 };
  const figures = { ...success, usage, total_cost_usd: 0.5 };
  expect(read([{ ...figures, modelUsage: models(10, 2, 0.5) }])).toMatchObject({
    usageScope: 'run',
    usd: 0.5,
  });
  expect(read([{ ...figures, modelUsage: models(30, 6, 0.5) }])).toMatchObject({
    usageScope: 'session',
    usage: { input: 30, output: 6 },
  });
});

test('figures that cannot be are unknown', () => {
  for (const total_cost_usd of [-1, 1e308, '0.5', null])
    expect(
      read([{ ...success, total_cost_usd, usage: { input_tokens: 1, output_tokens: 1 } }]).usd,
    ).toBeNull();
  expect(read([{ ...success, usage: { input_tokens: -5, output_tokens: 1 } }]).usage).toBeNull();
});

test.each([
  [{ is_error: true }, 'bad_output'],
  [{ is_error: 'no' }, 'bad_output'],
  [{ terminal_reason: 'api_error', is_error: true, api_error_status: 503 }, 'provider_error'],
  [{ is_error: true, api_error_status: 403, result: 'no' }, 'auth'],
  [{ is_error: true, api_error_status: 429, result: 'Your plan limit is reached' }, 'quota'],
  [{ is_error: true, api_error_status: 429, result: 'You hit your limit · resets 3pm' }, 'rate_limit'],
  [{ is_error: true, api_error_status: 400, result: 'context length exceeded' }, 'context_limit'],
  [{ subtype: 'error_max_turns', is_error: true, result: undefined, errors: ['turns'] }, 'over_budget'],
  [{ subtype: 'error_max_budget_usd', is_error: true, result: undefined, errors: ['x'] }, 'over_budget'],
  [{ stop_reason: 'refusal' }, 'refused'],
  [{ local_command: 'compact', result: '' }, 'bad_output'],
])('a result with %j is no success', (fields, errorClass) => {
  const report = read([{ ...success, ...fields }]);
  expect(report).toMatchObject({ outcome: 'failed', error: { class: errorClass } });
  expect(report.error?.message).not.toBe('');
});

test('success with a bad exit status is a failure, in the words of stderr', () => {
  expect(read([success], { code: 7, signal: null }, 'noise\nECONNRESET\n')).toMatchObject({
    outcome: 'failed',
    error: { class: 'network', message: 'reported success, but exited with status 7: ECONNRESET' },
  });
});

test.each([
  ["error: unknown option '--frob'", 'tool_version'],
  ['No conversation found with session ID: x', 'bad_request'],
  ['Not logged in · Please run /login', 'auth'],
  ['connect ECONNREFUSED 127.0.0.1:1', 'network'],
  ['something else', 'internal'],
])('without a result, stderr says why: %s', (stderr, errorClass) => {
  expect(read([], { code: 1, signal: null }, `\u001b[31m${stderr}\u001b[0m\n`)).toMatchObject({
    outcome: 'failed',
    error: { class: errorClass, message: stderr },
  });
});

test('a retry ends nothing, and is what is told when nothing comes after it', () => {
  const retry = { type: 'system', subtype: 'api_retry', error_status: 429, error: 'rate_limit' };
  expect(read([retry, success]).outcome).toBe('completed');
  expect(read([retry], { code: 1, signal: null })).toMatchObject({ error: { class: 'rate_limit' } });
  expect(read([retry], { code: 143, signal: null })).toMatchObject({
    error: { class: 'killed', message: expect.stringContaining('status 429') },
  });
});

test('a question with its choices, the to-do list and refused tools are told', () => {
  const report = read([
    toolUse('AskUserQuestion', {
      questions: [{ question: 'Which?', options: [{ label: 'A' }, { label: 'B' }] }],
    }),
    toolUse('TodoWrite', {
      todos: [
        { content: 'one', status: 'completed' },
        { content: 'two', status: 'in_progress', activeForm: 'Doing two' },
      ],
    }),
    { type: 'system', subtype: 'permission_denied', tool_name: 'Write', message: 'not granted' },
    {
      ...success,
      permission_denials: [{ tool_name: 'Write', tool_input: { file_path: '/etc/x', content: 'y' } }],
    },
  ]);
  expect(report.questions).toEqual(['Which? (A, B)']);
  expect(report.progress).toEqual({ done: 1, total: 2, current: 'Doing two' });
  expect(report.denied).toEqual(['Write /etc/x']);
});

test('the answer is the result, and after a failure what the agent itself said last', () => {
  const said = message('a', {}, [{ type: 'text', text: 'Half way.' }]);
  expect(read([said, success]).answer).toBe('Done.');
  expect(read([said, { ...success, is_error: true, result: 'API Error: 500' }]).answer).toBe('Half way.');
  expect(read([{ ...success, result: 'a\u001b]0;title\u0007b\u0000\nc' }]).answer).toBe('ab\nc');
});

test('an interrupted run was killed, whatever internal words it ends with', () => {
  const end = { subtype: 'error_during_execution', is_error: true, errors: ['[diagnostic] last=n/a'] };
  const result = { ...success, ...end, result: undefined, terminal_reason: 'aborted_tools' };
  expect(read([result])).toMatchObject({
    outcome: 'failed',
    error: { class: 'killed', message: 'interrupted (aborted_tools)' },
  });
});

test('an interrupted run was killed too where its final event is missing; a helper that was interrupted is another thing', () => {
  const content = [{ type: 'text', text: '[Request interrupted by user for tool use]' }];
  const interrupt = { type: 'user', message: { role: 'user', content }, parent_tool_use_id: null };
  expect(read([interrupt])).toMatchObject({
    outcome: 'failed',
    error: { class: 'killed', message: 'interrupted' },
  });
  expect(read([{ ...interrupt, parent_tool_use_id: 'task' }]).error?.class).toBe('bad_output');
  expect(read([interrupt, success])).toMatchObject({ outcome: 'completed', error: null });
});
