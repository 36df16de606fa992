import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { OrchestraError } from '../../src/base/errors.ts';
import { databaseFailure, fileFailure, isBusy } from '../../src/store/failure.ts';
import { newHome, writing } from './homes.ts';

test('a database that another process keeps locked is named', () => {
  const home = newHome();
  writing(home).exclusively(() => {
    const other = new DatabaseSync(home.database, { timeout: 0 });
    const refusal = thrownBy(() => other.exec('begin immediate'));
    other.close();
    expect(isBusy(refusal)).toBe(true);
    expect(databaseFailure(home.database, refusal)).toMatchObject({
      code: 'unavailable',
      message: `Another process keeps the database ${home.database} locked.`,
    });
  });
});

test('a mistake of ours in SQL is called internal', () => {
  const failure = databaseFailure(
    'x.db',
    thrownBy(() => new DatabaseSync(':memory:').exec('selec 1')),
  );
  expect(failure).toMatchObject({
    code: 'internal',
    message: 'The database x.db answered: near "selec": syntax error.',
  });
});

test('what the database did not cause passes unchanged', () => {
  for (const thrown of [new Error('x'), undefined, null, 'text']) {
    expect(databaseFailure('x.db', thrown)).toBe(thrown);
    expect(fileFailure('x', thrown)).toBe(thrown);
  }
});

test.each([
  ['ENOSPC', 'unavailable', 'The disk is full; x could not be written.'],
  ['EDQUOT', 'unavailable', 'The disk is full; x could not be written.'],
  ['EROFS', 'config', 'x cannot be written (EROFS).'],
  ['EIO', 'unavailable', 'x could not be used: EIO: i/o error.'],
])('%s of the file system is %s', (code, kind, message) => {
  const failure = fileFailure('x', Object.assign(new Error('EIO: i/o error'), { code })) as OrchestraError;
  expect([failure.code, failure.message]).toEqual([kind, message]);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return expect.unreachable();
}
