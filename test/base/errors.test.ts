import { expect, test } from 'vitest';
import { errnoOf, messageOf, OrchestraError } from '../../src/base/errors.ts';

test('an error keeps its code, its hint and its cause', () => {
  const cause = new Error('below');
  const error = new OrchestraError('conflict', 'It does not apply.', { hint: 'Look at it.', cause });
  expect(error).toMatchObject({ name: 'OrchestraError', code: 'conflict', hint: 'Look at it.', cause });
  expect(error).toBeInstanceOf(Error);
  expect('cause' in new OrchestraError('usage', 'No.')).toBe(false);
});

test('the message of anything thrown is one line', () => {
  expect(messageOf(new Error('one\n   two\r\n three\n'))).toBe('one two three');
  expect(messageOf('plain')).toBe('plain');
  expect(messageOf(undefined)).toBe('undefined');
  expect(messageOf({ toString: () => ' odd ' })).toBe('odd');
});

test("the system's error name is found, and nothing else is taken for one", () => {
  expect(errnoOf(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT');
  for (const other of [new Error('x'), { code: 5 }, null, undefined, 'ENOENT', 3])
    expect(errnoOf(other)).toBe(undefined);
});
