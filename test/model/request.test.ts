import { expect, test } from 'vitest';
import { maxTaskBytes, TaskId, TaskRequest } from '../../src/model/request.ts';
import { taskNumber } from '../../src/model/task-id.ts';

test('a full request and the least one are taken as they are', () => {
  const full = {
    task: 'Add "a" $(touch x)\n-- ünï 😀\u001b[31m',
    tool: 'my-agent',
    model: 'big',
    tier: 'complex',
    category: 'tests',
    repo: '.',
    checks: ['npm test, please'],
    budget: 0.01,
    timeout: '1h30m',
    priority: -3,
    after: ['task-1', 'task-22'],
    access: 'read-only',
    worktree: false,
    autoApprove: true,
  };
  expect(TaskRequest.parse(full)).toEqual(full);
  expect(TaskRequest.parse({ task: 'x'.repeat(maxTaskBytes) }).task).toHaveLength(maxTaskBytes);
});

test.each([
  ['no text', {}, 'task'],
  ['an empty text', { task: '' }, 'task'],
  ['blanks only', { task: ' \n\t ' }, 'task'],
  ['a NUL byte', { task: 'a\0b' }, 'task'],
  ['a text over 1 MB', { task: 'x'.repeat(maxTaskBytes + 1) }, 'task'],
  ['a text over 1 MB in bytes alone', { task: 'é'.repeat(maxTaskBytes / 2 + 1) }, 'task'],
  ['a text that is none', { task: 5 }, 'task'],
  ['an unknown field', { task: 'x', checkz: [] }, ''],
  ['a budget of nothing', { task: 'x', budget: 0 }, 'budget'],
  ['an infinite budget', { task: 'x', budget: Number.POSITIVE_INFINITY }, 'budget'],
  ['a budget as text', { task: 'x', budget: '2' }, 'budget'],
  ['no time', { task: 'x', timeout: '0s' }, 'timeout'],
  ['a time that is none', { task: 'x', timeout: 'soon' }, 'timeout'],
  ['a time without end', { task: 'x', timeout: `${'9'.repeat(400)}h` }, 'timeout'],
  ['a priority between numbers', { task: 'x', priority: 1.5 }, 'priority'],
  ['a priority beyond all', { task: 'x', priority: 1001 }, 'priority'],
  ['an unknown tier', { task: 'x', tier: 'hard' }, 'tier'],
  ['an unknown access', { task: 'x', access: 'root' }, 'access'],
  ['a dependency that is no task', { task: 'x', after: ['5'] }, 'after.0'],
  ['an empty check', { task: 'x', checks: [''] }, 'checks.0'],
])('%s is refused, and the field is named', (_, given, path) => {
  const { error } = TaskRequest.safeParse(given);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test('a task id is task- and a number from 1', () => {
  for (const good of ['task-1', 'task-10', 'task-9999999999'])
    expect(TaskId.safeParse(good).success).toBe(true);
  for (const bad of [
    'task-0',
    'task-01',
    'task-',
    'task-1 ',
    'Task-1',
    'task-1/..',
    'task-1\n',
    'task-99999999999',
  ])
    expect(TaskId.safeParse(bad).success).toBe(false);
  expect(taskNumber('task-42')).toBe(42);
});
