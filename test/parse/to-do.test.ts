import { expect, test } from 'vitest';
import type { Format } from '../../src/model/words.ts';
import { formatOf } from '../../src/parse/formats.ts';

const list = (words: string, states: string[]) =>
  states.map((status, index) => ({ id: String(index), [words]: `step ${index}`, status }));
const three = (words: string) => list(words, ['completed', 'in_progress', 'pending']);
const claude = (name: string) => ({
  type: 'assistant',
  message: { content: [{ type: 'tool_use', name, input: { todos: three('content') } }] },
});

const calls: [string, Format, object][] = [
  ['TodoWrite', 'claude-stream-json', claude('TodoWrite')],
  ['todo_write', 'claude-stream-json', claude('todo_write')],
  [
    'TodoWrite of objects',
    'droid-stream-json',
    { type: 'tool_call', toolName: 'TodoWrite', parameters: { todos: three('content') } },
  ],
  [
    'TodoWrite of text',
    'droid-stream-json',
    {
      type: 'tool_call',
      toolName: 'TodoWrite',
      parameters: { todos: '1. [completed] step 0\n2. [in_progress] step 1\n3. [pending] step 2' },
    },
  ],
  [
    'todowrite',
    'opencode-json',
    { type: 'tool_use', part: { tool: 'todowrite', state: { input: { todos: three('content') } } } },
  ],
  [
    'write_todos',
    'gemini-stream-json',
    { type: 'tool_use', tool_name: 'write_todos', parameters: { todos: three('description') } },
  ],
  [
    'updateTodos',
    'cursor-stream-json',
    { type: 'tool_call', tool_call: { updateTodosToolCall: { args: { todos: three('content') } } } },
  ],
  [
    'todo_list',
    'codex-jsonl',
    {
      type: 'item.updated',
      item: {
        type: 'todo_list',
        items: [0, 1, 2].map((index) => ({ text: `step ${index}`, completed: index === 0 })),
      },
    },
  ],
];

test.each(calls)('the to-do list of %s in %s is the progress, and a line for people', (_, format, event) => {
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
  const parser = formatOf(format).create();
  parser.push(bytes);
  expect(parser.report().progress).toEqual({ done: 1, total: 3, current: 'step 1' });
  expect(formatOf(format).render().push(bytes)).toContain('plan    1/3 step 1');
});
