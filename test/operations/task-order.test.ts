import { expect, test } from 'vitest';
import { orderOf, withIds } from '../../src/operations/task-order.ts';

test('each task comes after those of the call that it names, the others as given', () => {
  expect(orderOf([{}, { after: ['b', 'task-7'] }, { name: 'b', after: ['a'] }, { name: 'a' }])).toEqual([
    0, 3, 2, 1,
  ]);
  expect(orderOf([])).toEqual([]);
});

test.each([
  [[{ name: 'a' }, { name: 'a' }], 'Two tasks are called "a".'],
  [[{ after: ['b'] }], 'No task of this call is called "b".'],
  [
    [
      { name: 'a', after: ['b'] },
      { name: 'b', after: ['a'] },
    ],
    'a comes after itself',
  ],
  [[{ name: 'a', after: ['a'] }], 'a comes after itself'],
])('%j is refused', (requests, message) => {
  expect(() => orderOf(requests)).toThrow(message);
});

test('names become ids, ids stay', () => {
  expect(withIds(['a', 'task-7'], new Map([['a', 'task-9']]))).toEqual(['task-9', 'task-7']);
  expect(withIds(undefined, new Map())).toBeUndefined();
});
