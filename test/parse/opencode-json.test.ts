import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const tokens = { input: 50, output: 9, reasoning: 4, cache: { read: 30, write: 20 } };
const start = { type: 'step_start', sessionID: 'ses_1', part: { type: 'step-start' } };
const rule = 'The user has specified a rule which prevents you from using this specific tool call.';

function finish(reason: string, more: object = {}) {
  return { type: 'step_finish', sessionID: 'ses_1', part: { reason, cost: 0.01, tokens, ...more } };
}

function text(said: string, more: object = {}) {
  return { type: 'text', sessionID: 'ses_1', part: { type: 'text', text: said, ...more } };
}

function tool(name: string, state: object) {
  return { type: 'tool_use', sessionID: 'ses_1', part: { tool: name, state } };
}

function error(name: string, data: object) {
  return { type: 'error', sessionID: 'ses_1', error: { name, data } };
}

function bytesOf(events: unknown[]): Buffer {
  return Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
}

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  return reportOf('opencode-json', [bytesOf(events)], exit, stderr);
}

function shown(events: unknown[]): string[] {
  const renderer = formatOf('opencode-json').render();
  return [...renderer.push(bytesOf(events)), ...renderer.end()];
}

test('steps are summed, output with reasoning, and the price with them', () => {
  const events = [start, finish('tool-calls'), start, text('Done.'), finish('stop')];
  expect(read(events)).toMatchObject({
    outcome: 'completed',
    answer: 'Done.',
    session: 'ses_1',
    usage: { input: 100, output: 26, cacheRead: 60, cacheWrite: 40 },
    usageScope: 'run',
    usageComplete: true,
    usd: 0.02,
  });
});

test('a resumed run counts itself, so that two runs are worth their sum', () => {
  const runs = recordedRuns().filter(({ name }) => /^opencode\/(success|resumed-second-turn)$/.test(name));
  const inputs = runs.map((run) => reportOf(run.format, [run.output], run.exit).usage?.input);
  expect(inputs.toSorted()).toEqual([15, 3271]);
});

test('a price that one step lacks is unknown, its tokens are not', () => {
  expect(read([finish('tool-calls', { cost: undefined }), finish('stop')])).toMatchObject({
    usage: { input: 100 },
    usageComplete: true,
    usd: null,
  });
  expect(read([finish('tool-calls', { tokens: null }), finish('stop')])).toMatchObject({
    usage: { input: 50 },
    usageComplete: false,
  });
});

test('an attempt that was cut has no figures, so the rest is a lower bound', () => {
  expect(read([start, start, finish('stop')])).toMatchObject({
    outcome: 'completed',
    usage: { input: 50 },
    usageComplete: false,
  });
});

test('what a helper used is in no figure, so they are a lower bound', () => {
  const helper = tool('task', { status: 'completed', input: { prompt: 'Look' }, output: 'ok' });
  expect(read([start, helper, finish('tool-calls'), start, finish('stop')])).toMatchObject({
    outcome: 'completed',
    usageComplete: false,
  });
});

test('a run that ends after a step with calls is no success, and keeps what it used', () => {
  expect(read([start, finish('tool-calls')])).toMatchObject({
    outcome: 'failed',
    error: { class: 'bad_output' },
    usage: { input: 50 },
    usageComplete: false,
  });
});

test('a refusal after which nothing comes is why the run ended; else it is only told', () => {
  const input = { filePath: '/x/a.txt' };
  const refused = tool('write', {
    status: 'error',
    input,
    error: 'The user rejected permission to use this.',
  });
  expect(read([start, refused, finish('tool-calls')])).toMatchObject({
    outcome: 'failed',
    error: { class: 'permission', message: 'stopped because it was refused: write /x/a.txt' },
    denied: ['write /x/a.txt'],
  });
  const ruled = tool('bash', { status: 'error', input: { command: 'touch ../b' }, error: rule });
  const report = read([start, ruled, finish('tool-calls'), start, text('Done.'), finish('stop')]);
  expect(report).toMatchObject({ outcome: 'completed', denied: ['bash touch ../b'] });
  for (const exit of [
    { code: null, signal: 'SIGTERM' },
    { code: 143, signal: null },
  ]) {
    expect(read([start, refused, finish('tool-calls')], exit).error?.class).toBe('killed');
  }
  const later = read([start, refused, finish('tool-calls'), start, finish('tool-calls')]);
  expect(later).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' } });
});

test.each([
  ['APIError', { message: 'invalid x-api-key', statusCode: 401 }, 'auth'],
  ['APIError', { message: 'You exceeded your current quota.', statusCode: 429 }, 'quota'],
  ['APIError', { message: 'slow down', statusCode: 429 }, 'rate_limit'],
  ['APIError', { message: 'model: no-such-model', statusCode: 404 }, 'model_unavailable'],
  ['APIError', { message: 'Internal server error', statusCode: 500 }, 'provider_error'],
  ['ContextOverflowError', { message: "This model's maximum context length is 9 tokens." }, 'context_limit'],
  ['ProviderAuthError', { message: 'please log in' }, 'auth'],
  ['UnknownError', { message: 'what is this' }, 'internal'],
])('the error %s with %o is of class %s', (name, data, errorClass) => {
  expect(read([error(name, data)], { code: 1, signal: null })).toMatchObject({
    outcome: 'failed',
    error: { class: errorClass, message: data.message },
  });
});

test('the end of a summary is not the end of the run, and its text no answer', () => {
  const long = error('ContextOverflowError', { message: 'too long' });
  const summary = [start, text('Summary so far.'), finish('stop')];
  const goOn = text('Continue if you have next steps', { synthetic: true });
  expect(read([long, ...summary])).toMatchObject({ outcome: 'failed', answer: '' });
  expect(read([long, ...summary, goOn])).toMatchObject({ outcome: 'failed' });
  expect(read([...summary, goOn]).outcome).toBe('failed');
  expect(read([long, ...summary, goOn, start, text('Done.'), finish('stop')])).toMatchObject({
    outcome: 'completed',
    answer: 'Done.',
    usage: { input: 100 },
  });
});

test('exit 1 of a run that got over a conversation that was too long is no failure, any other is', () => {
  const bad: Exit = { code: 1, signal: null };
  const long = error('ContextOverflowError', { message: 'too long' });
  const done = [start, text('Done.'), finish('stop')];
  const summary = [long, start, text('Summary.'), finish('stop'), text('Go on', { synthetic: true })];
  expect(read([...summary, ...done], bad)).toMatchObject({ outcome: 'completed', error: null });
  expect(read(done, bad).outcome).toBe('failed');
  expect(read([...summary, error('APIError', { message: 'x' }), ...done], bad).outcome).toBe('failed');
  expect(read(summary, bad).outcome).toBe('failed');
});

test.each([
  ['length', 'bad_output'],
  ['content-filter', 'refused'],
])('a last step that ended by %s is a failure of class %s', (reason, errorClass) => {
  expect(read([start, finish(reason)])).toMatchObject({ outcome: 'failed', error: { class: errorClass } });
});

test('a session that is not there and a message on stderr are told', () => {
  const stderr = '\u001b[91m\u001b[1mError: \u001b[0mSession not found\n';
  expect(read([], { code: 1, signal: null }, stderr).error).toEqual({
    class: 'bad_request',
    message: 'Error: Session not found',
  });
});

test('the to-do list and questions are told, and the stream reads as what happened', () => {
  const todos = [
    { content: 'look', status: 'completed' },
    { content: 'write', status: 'in_progress' },
    { content: 'show', status: 'constructor' },
  ];
  const events = [
    start,
    tool('todowrite', { status: 'completed', input: { todos } }),
    tool('question', { status: 'completed', input: { questions: [{ question: 'Which color?' }] } }),
    tool('bash', { status: 'completed', input: { command: 'ls -l' } }),
    tool('write', { status: 'error', input: { filePath: 'a.txt' }, error: rule }),
    finish('tool-calls'),
    start,
    text('Done.'),
    finish('stop'),
  ];
  const report = read(events);
  expect(report.progress).toEqual({ done: 1, total: 3, current: 'write' });
  expect(report.questions).toEqual(['Which color?']);
  expect(shown(events)).toEqual([
    'start   session ses_1',
    'plan    1/3 write',
    'ask     Which color?',
    'run     ls -l',
    'edit    a.txt',
    `denied  ${rule}`,
    'Done.',
    'end     200 tokens in, 26 out, $0.0200',
  ]);
});

test('a summary is shown as a way to go on, not as an end', () => {
  const run = recordedRuns().find(({ name }) => name === 'opencode/compacted');
  const renderer = formatOf('opencode-json').render();
  const lines = [...renderer.push(run?.output ?? Buffer.of()), ...renderer.end()];
  const labels = lines.map((line) => line.split(' ')[0]);
  expect(labels).toEqual(['start', 'retry', 'ok', 'retry', 'ok', 'edit', 'run', 'I', 'end']);
});

test('a help in place of any work is a flag that is not taken, one after the work began is not', () => {
  const help = 'tool run [message..]\n\nOptions:\n  -h, --help  show help  [boolean]\n';
  const bad: Exit = { code: 1, signal: null };
  expect(read([], bad, help).error).toMatchObject({
    class: 'tool_version',
    message: expect.stringContaining('printed its help'),
  });
  expect(read([start], bad, help).error?.class).toBe('internal');
  expect(read([], bad, `Session not found\n${help}`).error?.class).toBe('bad_request');
});
