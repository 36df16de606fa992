import { expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

const well: Exit = { code: 0, signal: null };
const usage = {
  input_tokens: 50,
  output_tokens: 9,
  cache_read_input_tokens: 30,
  cache_creation_input_tokens: 20,
  factory_credits: 12,
};
const completion = { type: 'completion', finalText: 'Done.', numTurns: 2, durationMs: 1500, usage };
const refusal = 'Error: Tool Create is not permitted in this exec session. Available tools: Read.';

function bytesOf(events: unknown[]): Buffer {
  return Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
}

function read(events: unknown[], exit: Exit | null = well, stderr = '') {
  return reportOf('droid-stream-json', [bytesOf(events)], exit, stderr);
}

function shown(events: unknown[]): string[] {
  const renderer = formatOf('droid-stream-json').render();
  return [...renderer.push(bytesOf(events)), ...renderer.end()];
}

function call(id: string, toolName: string, parameters: unknown) {
  return { type: 'tool_call', id, toolName, parameters };
}

function failed(id: string, toolId: string, message: string) {
  return { type: 'tool_result', id, toolId, isError: true, error: { type: 'tool_error', message } };
}

test('the tokens of the run are told, credits are no dollars', () => {
  expect(read([completion])).toMatchObject({
    outcome: 'completed',
    answer: 'Done.',
    usage: { input: 50, output: 9, cacheRead: 30, cacheWrite: 20 },
    usageScope: 'run',
    usageComplete: true,
    usd: null,
  });
});

test('a resumed run counts itself, so that two runs are worth their sum', () => {
  const runs = recordedRuns().filter(({ name }) => /^droid\/(success|resumed-second-turn)$/.test(name));
  const inputs = runs.map((run) => reportOf(run.format, [run.output], run.exit).usage?.input);
  expect(inputs.toSorted()).toEqual([15, 3271]);
});

test('figures leave out what a helper used, so they are a lower bound', () => {
  const began = call('a', 'Task', { prompt: 'Look around' });
  const launched = { type: 'tool_result', id: 'a', toolId: 'Task', isError: false, value: 'launched' };
  expect(read([began, launched, completion])).toMatchObject({ outcome: 'completed', usageComplete: false });
  expect(read([began, failed('a', 'Task', refusal), completion]).usageComplete).toBe(true);
});

test('a completion without figures leaves them unknown', () => {
  expect(read([{ ...completion, usage: { input_tokens: 3 } }])).toMatchObject({
    outcome: 'completed',
    usage: null,
    usageComplete: false,
  });
});

test('exit 0 after a signal that the tool caught is no success without its completion', () => {
  const said = { type: 'message', role: 'assistant', text: 'Working on it.' };
  expect(read([said])).toMatchObject({
    outcome: 'failed',
    answer: 'Working on it.',
    error: { class: 'bad_output' },
    usage: null,
  });
});

test.each([
  ['401 invalid x-api-key', 'auth'],
  ['400 messages must be non-empty', 'bad_request'],
  ["400 This model's maximum context length is 200000 tokens.", 'context_limit'],
  ['404 model: no-such-model', 'model_unavailable'],
  ['429 You exceeded your current quota.', 'quota'],
  ['529 Overloaded', 'overloaded'],
  ['503 Service Unavailable', 'provider_error'],
  ['Exec ended early: insufficient permission to proceed.', 'permission'],
  ['something else', 'internal'],
])('the error "%s" is of class %s, and what is said after it changes nothing', (message, errorClass) => {
  const after = { type: 'error', source: 'cli', message: 'Exec failed' };
  const report = read([{ type: 'error', source: 'agent_loop', message }, after], { code: 1, signal: null });
  expect(report).toMatchObject({ outcome: 'failed', error: { class: errorClass, message } });
});

test('a bad session says nothing at all and still fails', () => {
  expect(read([], { code: 1, signal: null })).toMatchObject({
    outcome: 'failed',
    error: { class: 'internal', message: 'exited with status 1' },
  });
});

test('what was refused is told with its target; a command that failed was not refused', () => {
  const events = [
    call('a', 'Create', { file_path: '/w/a.txt', content: 'x' }),
    failed('a', 'Create', refusal),
    call('b', 'Execute', { command: 'false' }),
    failed('b', 'Execute', 'Error: Command failed (exit code: 1)'),
    completion,
  ];
  expect(read(events).denied).toEqual(['Create /w/a.txt']);
  expect(shown(events)).toEqual([
    'edit    /w/a.txt',
    expect.stringMatching(/^denied {2}Tool Create is not permitted/),
    'run     false',
    'error   Command failed (exit code: 1)',
    'Done.',
    'end     2 turns, 1.5 s, 100 tokens in, 9 out',
  ]);
});

test('the to-do list is read as text and as a list, questions from the questionnaire', () => {
  const text = '1. [completed] look\n2. [in_progress] write\n3. [pending] show\nnot an item';
  const list = [
    { content: 'look', status: 'completed' },
    { content: 'write', status: 'constructor' },
  ];
  const asked = '1. [question] Which color?\n[topic] Color\n[option] Red\n2. [question] Why?';
  expect(read([call('a', 'TodoWrite', { todos: text }), completion]).progress).toEqual({
    done: 1,
    total: 3,
    current: 'write',
  });
  expect(read([call('a', 'TodoWrite', { todos: list })]).progress).toMatchObject({ done: 1, total: 2 });
  expect(read([call('a', 'AskUser', { questionnaire: asked })]).questions).toEqual(['Which color?', 'Why?']);
});

test('the news of a background task is not taken for an answer', () => {
  const news = { type: 'message', role: 'user', text: 'Background task completed.' };
  const said = { type: 'message', role: 'assistant', text: 'Looking.' };
  expect(read([said, news]).answer).toBe('Looking.');
});

test('a refusal that ends the run is shown once', () => {
  const run = recordedRuns().find(({ name }) => name === 'droid/permission-denied');
  const renderer = formatOf('droid-stream-json').render();
  const lines = [...renderer.push(run?.output ?? Buffer.of()), ...renderer.end()];
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['start', 'edit', 'run', 'denied']);
});
