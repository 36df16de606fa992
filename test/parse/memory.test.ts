import { expect, test, vi } from 'vitest';
import { type Format, formats } from '../../src/model/words.ts';
import { feed, MOST_MB } from './feed.ts';

// Megabytes on a busy machine: the bound is the memory, not the time.
vi.setConfig({ testTimeout: 120_000 });

const result = `push(Buffer.from('\\n' + JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'ok' })));`;

test('a line of 50 MB is passed over in bounded memory, and what follows it is read', () => {
  const line = `const piece = Buffer.alloc(65536, 'x'); push(Buffer.from('{"type":"user","message":"')); for (let at = 0; at < 800; at += 1) push(piece);`;
  const { peak, outcome } = feed('claude-stream-json', line + result);
  expect(outcome).toBe('completed');
  expect(peak).toBeLessThan(MOST_MB);
});

test('a flood of 40 MB of events is read in bounded memory', () => {
  const flood = `
    const event = (id) => JSON.stringify({ type: 'assistant', message: { id, model: 'm', content: [{ type: 'text', text: 'x'.repeat(4000) }], usage: { input_tokens: 1, output_tokens: 1 } } }) + '\\n';
    for (let at = 0; at < 10_000; at += 1) push(Buffer.from(event('m' + at)));`;
  const { peak, outcome } = feed('claude-stream-json', flood + result);
  expect(outcome).toBe('completed');
  expect(peak).toBeLessThan(MOST_MB);
});

test.each(formats)('%s takes 50 MB of nesting and of escapes in bounded memory', (format) => {
  const hostile = `
    for (const text of ['{"a":', '\\u001b]0;'].map((one) => one.repeat(65536 / one.length))) {
      const piece = Buffer.from(text);
      for (let at = 0; at < 400; at += 1) push(piece);
    }`;
  const { peak } = feed(format, hostile);
  expect(peak).toBeLessThan(MOST_MB);
});

// One format for each way of cutting lines; test/hostile feeds a gigabyte to every one.
const ways: Format[] = ['claude-stream-json', 'aider-text', 'plain'];

test.each(ways)(
  '%s takes 64 MB of newlines, the shortest events and half a MB a line in bounded memory',
  (format) => {
    const flood = `
    const longest = Buffer.from('{"type":"user","of":' + '{"a":'.repeat(MB / 10) + '\\n');
    for (const block of ['\\n', '{}\\n', 'a\\n'].map((text) => Buffer.from(text.repeat(16384)))) {
      for (const end = bytes + MB / 2; bytes < end; ) push(block);
    }
    for (const end = 64 * MB; bytes < end; ) push(longest);`;
    const { peak, bytes } = feed(format, flood);
    expect(bytes).toBeGreaterThan(64e6);
    expect(peak).toBeLessThan(MOST_MB);
  },
);

/** An event of each format that a parser could be made to keep. */
const kept: [Format, string][] = [
  [
    'droid-stream-json',
    `{ type: 'tool_call', id, toolName: 'AskUser', parameters: { questionnaire: '[question] ' + id + text } }`,
  ],
  [
    'opencode-json',
    `{ type: 'tool_use', part: { tool: 'question', state: { status: 'error', error: 'rejected permission', input: { questions: [{ question: id + text }] } } } }`,
  ],
  [
    'gemini-stream-json',
    `{ type: 'tool_use', tool_id: id, tool_name: 'write_file', parameters: { path: text } }`,
  ],
  [
    'cursor-stream-json',
    `{ type: 'tool_call', call_id: id, tool_call: { shellToolCall: { args: { command: text }, result: { rejected: { reason: id } } } } }`,
  ],
  [
    'copilot-jsonl',
    `{ type: 'tool.execution_start', data: { toolCallId: id, toolName: 'bash', arguments: { command: id + text } } }`,
  ],
];

test.each(kept)('%s takes 40 MB of events that it remembers in bounded memory', (format, event) => {
  const flood = `
    const text = 'y'.repeat(4000);
    for (let at = 0; at < 10_000; at += 1) { const id = 'c' + at; push(Buffer.from(JSON.stringify(${event}) + '\\n')); }`;
  expect(feed(format, flood).peak).toBeLessThan(MOST_MB);
});

test('aider-text takes 40 MB of prose and of refusals in bounded memory', () => {
  const flood = `
    const text = 'y'.repeat(4000);
    push(Buffer.from('Repo-map: using 1024 tokens\\n'));
    for (let at = 0; at < 5_000; at += 1) push(Buffer.from(at + text + '\\nSkipping edits to ' + at + text + '\\n'));`;
  expect(feed('aider-text', flood).peak).toBeLessThan(MOST_MB);
});
