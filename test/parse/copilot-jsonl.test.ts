import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

type Event = Record<string, unknown>;

const lines = (events: Event[]) => Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
const read = (events: Event[], code = 0, stderr = '') =>
  reportOf('copilot-jsonl', [lines(events)], { code, signal: null }, stderr);
const said = (content: string, more: Event = {}) => ({
  type: 'assistant.message',
  data: { content, model: 'm', ...more },
});
const result = (exitCode = 0) => ({
  type: 'result',
  sessionId: 's-1',
  exitCode,
  usage: { premiumRequests: 0 },
});
const usage = (modelMetrics: unknown) => ({ type: 'usage_output_file', data: { modelMetrics } });
const counts = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0) => ({
  requests: { count: 1, cost: 0 },
  usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens: 1 },
});
const error = (data: Event) => ({ type: 'session.error', data });

test('a run is completed by its result, and its tokens come after it from the file', () => {
  expect(read([said('Hi.'), result(), usage({ m: counts(100, 9, 60, 30) })])).toMatchObject({
    outcome: 'completed',
    answer: 'Hi.',
    session: 's-1',
    model: 'm',
    usage: { input: 10, output: 9, cacheRead: 60, cacheWrite: 30 },
    usageScope: 'session',
    usageComplete: true,
    usd: null,
  });
});

test('without the file the tokens are unknown, not zero', () => {
  expect(read([said('Hi.'), result()])).toMatchObject({
    outcome: 'completed',
    usage: null,
    usageComplete: false,
  });
});

test('figures that contradict each other are unknown', () => {
  expect(read([said('Hi.'), result(), usage({ m: counts(10, 9, 60) })]).usage).toBeNull();
  expect(read([said('Hi.'), result(), usage({ m: { usage: {} } })]).usage).toBeNull();
  expect(read([said('Hi.'), result(), usage([])]).usage).toBeNull();
});

test('the tokens of several models are kept apart and summed', () => {
  const { usage: all, usageByModel } = read([result(), usage({ a: counts(5, 1), b: counts(7, 2) })]);
  expect(all).toEqual({ input: 12, output: 3, cacheRead: 0, cacheWrite: 0 });
  expect(Object.keys(usageByModel)).toEqual(['a', 'b']);
});

test('the file alone is no end of a run', () => {
  expect(read([said('Hi.'), usage({ m: counts(1, 1) })])).toMatchObject({
    outcome: 'failed',
    error: { class: 'bad_output' },
  });
});

test('a run that a signal ended is killed, though its result and its exit status say 0', () => {
  const events = [
    said('Working.'),
    { type: 'abort', data: { reason: 'user_initiated' } },
    result(),
    usage({}),
  ];
  expect(read(events)).toMatchObject({
    outcome: 'failed',
    error: { class: 'killed', message: 'aborted (user_initiated)' },
    usageComplete: false,
  });
});

test('an error that the model got over is none; one that stands at the end fails the run', () => {
  const limited = error({ errorType: 'rate_limit', message: 'Slow down', statusCode: 429 });
  expect(read([limited, said('Hi.'), result()])).toMatchObject({ outcome: 'completed', error: null });
  expect(read([said('Hi.'), limited, result()])).toMatchObject({
    outcome: 'failed',
    error: { class: 'rate_limit', message: 'Slow down' },
  });
  expect(read([said('Hi.'), limited], 1)).toMatchObject({
    outcome: 'failed',
    error: { class: 'rate_limit' },
  });
});

test.each([
  ['auth', { errorType: 'authentication', message: 'No.' }],
  ['quota', { errorType: 'quota', message: 'No.' }],
  ['context_limit', { errorType: 'context_limit', message: 'No.' }],
  ['refused', { errorType: 'policy', message: 'No.' }],
  ['provider_error', { errorType: 'query', message: 'No.', statusCode: 502 }],
  ['bad_output', { errorType: 'query', message: 'No.' }],
])('an error is of class %s by its type or its status', (expected, data) => {
  expect(read([error(data), result(1)], 1).error?.class).toBe(expected);
});

test('the words of the provider tell a quota from a rate limit, and when it lifts', () => {
  const failure = (errorMessage: string) => ({
    type: 'model.call_failure',
    data: { statusCode: 429, errorMessage },
  });
  const failed = error({ errorType: 'rate_limit', message: '429', statusCode: 429 });
  const quota = read([failure('{"code":"insufficient_quota"}'), failed, result(1)], 1);
  expect(quota.error?.class).toBe('quota');
  const parser = formatOf('copilot-jsonl').create();
  parser.push(lines([failure('Please try again in 20s'), failed, result(1)]));
  const report = parser.end({ code: 1, signal: null }, '', new Date('2026-11-21T12:00:00Z'));
  expect(report).toMatchObject({ error: { class: 'rate_limit' }, retryAt: '2026-11-21T12:00:20.000Z' });
});

test('a result with a status that no error explains is a failure', () => {
  expect(read([said('Hi.'), result(3)])).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
  expect(read([said('Hi.'), { type: 'result' }]).outcome).toBe('failed');
});

test('what helpers say is not the answer', () => {
  const events = [said('Mine.'), said('Of a helper.', { parentToolCallId: 'c' }), result()];
  expect(read(events).answer).toBe('Mine.');
});

test('a call that was refused or withheld is told, one that failed is not', () => {
  const call = (toolCallId: string, message: string, code = 'failure') => [
    {
      type: 'tool.execution_start',
      data: { toolCallId, toolName: 'bash', arguments: { command: `run ${toolCallId}` } },
    },
    { type: 'tool.execution_complete', data: { toolCallId, success: false, error: { message, code } } },
  ];
  const events = [
    ...call('a', 'Permission denied and could not request permission from user', 'denied'),
    ...call('b', "Tool 'bash' does not exist."),
    ...call('c', 'Path already exists'),
    ...call('d', "Tool 'nonsense' does not exist."),
  ];
  expect(read([...events, result()]).denied).toEqual(['bash run a', 'bash run b']);
});

test('the recorded tokens are those that the model server served, over both runs of the session', () => {
  const usageOf = (name: string) => {
    const run = recordedRuns().find((one) => one.name === `copilot/${name}`);
    return run && reportOf(run.format, [run.output], run.exit, run.stderr).usage;
  };
  expect(usageOf('success')).toEqual({ input: 1121, output: 99, cacheRead: 4150, cacheWrite: 2150 });
  expect(usageOf('resumed-second-turn')).toEqual({
    input: 1136,
    output: 110,
    cacheRead: 6300,
    cacheWrite: 2150,
  });
  expect(usageOf('subagent')).toEqual({ input: 1400, output: 61, cacheRead: 0, cacheWrite: 0 });
});
