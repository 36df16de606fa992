import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { type LockHolder, readLock, takeLock } from '../../src/store/conductor-lock.ts';
import { newHome, writing } from './homes.ts';
import { killAll, startRivals } from './rivals.ts';

test('the lock names its holder until it is let go', () => {
  const home = newHome();
  const store = writing(home);
  const first = takeLock(store, home);
  if (!('release' in first)) throw new Error('not taken');
  expect(readLock(home)).toMatchObject({ pid: process.pid, since: expect.stringMatching(/Z$/) });
  expect(fs.statSync(home.conductorLock).mode & 0o777).toBe(0o600);
  expect(takeLock(store, home)).toEqual({ heldBy: readLock(home) });
  first.release();
  expect(readLock(home)).toBeUndefined();
  expect(takeLock(store, home)).toHaveProperty('release');
});

test('letting go twice does not take the lock from the next holder', () => {
  const home = newHome();
  const store = writing(home);
  const first = takeLock(store, home);
  if (!('release' in first)) throw new Error('not taken');
  first.release();
  const next: LockHolder = { pid: process.ppid, startTime: '1', bootId: 'another', since: 'x' };
  fs.writeFileSync(home.conductorLock, JSON.stringify(next));
  first.release();
  expect(JSON.parse(fs.readFileSync(home.conductorLock, 'utf8'))).toEqual(next);
});

test('a holder with a reused pid, of an earlier boot, or that cannot be read holds nothing', () => {
  const home = newHome();
  const store = writing(home);
  takeLock(store, home);
  const own = readLock(home);
  const stale = [
    { ...own, startTime: '1' },
    { ...own, bootId: 'earlier' },
    { ...own, since: undefined },
    [],
    null,
  ];
  for (const holder of [...stale.map((value) => JSON.stringify(value)), '', '{"pid":']) {
    fs.writeFileSync(home.conductorLock, holder);
    expect(readLock(home)).toBeUndefined();
    expect(takeLock(store, home)).toHaveProperty('release');
  }
});

test('of fifty processes at once exactly one gets the lock, and kill -9 of it lets the next in', async () => {
  const home = newHome();
  const rivals = await startRivals('lock', home.root, 50);
  try {
    await Promise.all(rivals.map((rival) => rival.heard(1)));
    const winners = rivals.filter((rival) => rival.said[0] === 'won');
    expect(winners).toHaveLength(1);
    const pid = winners[0]?.child.pid;
    expect(rivals.filter((rival) => rival.said[0] === `held by ${pid}`)).toHaveLength(49);
    expect(readLock(home)?.pid).toBe(pid);
    await killAll(winners);
    expect(takeLock(writing(home), home)).toHaveProperty('release');
  } finally {
    await killAll(rivals);
  }
}, 90_000);
