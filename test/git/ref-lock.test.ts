import { expect, test } from 'vitest';
import { withRefLock } from '../../src/git/ref-lock.ts';
import { failureOf, repository } from './repository.ts';

test('a lock held by a living process is waited for, then named', async () => {
  const { root } = repository();
  const order: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = withRefLock(root, 'land', async () => {
    order.push('first');
    await held;
    order.push('first ends');
  });
  await expect.poll(() => order, { timeout: 30_000 }).toEqual(['first']);
  expect(await failureOf(withRefLock(root, 'land', async () => order.push('never'), 0))).toMatchObject({
    code: 'timeout',
  });
  const second = withRefLock(root, 'land', async () => order.push('second'));
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'first ends', 'second']);
});
