import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeCheckout, makePath, run } from './checkout.ts';

let checkout: string;
let bin: string;

beforeAll(async () => {
  checkout = makeCheckout();
  bin = join(checkout, 'bin/orchestra');
  await run(bin);
});

test('a missing tmux or git is one sentence with the command that installs it, and doctor still runs', async () => {
  const without = ['tmux', 'git', 'sudo'];
  const PATH = makePath({ without, scripts: { id: 'echo 1000', 'apt-get': ':' } });
  expect(await run(bin, { PATH, args: ['status'] })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'orchestra: not installed: git tmux; install with: sudo apt-get install git tmux\n',
  });
  for (const args of [['doctor'], ['delegate', '--help'], ['--version'], []])
    expect(await run(bin, { PATH, args })).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  ['dnf', 'dnf install'],
  ['pacman', 'pacman -S'],
  ['apk', 'apk add'],
  ['zypper', 'zypper install'],
  ['brew', 'brew install'],
])('on a system with %s the advice is "%s tmux"', async (manager, command) => {
  const PATH = makePath({ without: ['tmux'], scripts: { id: 'echo 0', [manager]: ':' } });
  const answer = await run(bin, { PATH, args: ['status'] });
  expect(answer).toMatchObject({
    code: 2,
    stderr: `orchestra: not installed: tmux; install with: ${command} tmux\n`,
  });
});

test.each(['tmux 3.1', 'tmux 3.1c', 'tmux 2.9a', 'tmux next-3.1'])(
  '%s is refused as too old',
  async (words) => {
    forget();
    const PATH = makePath({ scripts: { tmux: `echo ${words}`, id: 'echo 0', brew: ':' } });
    const refusal = {
      code: 2,
      stdout: '',
      stderr: `orchestra: tmux ${words.replace(/tmux (next-)?/, '')} is too old, 3.2 or newer is needed; install a newer one with: brew install tmux\n`,
    };
    expect(await run(bin, { PATH, args: ['status'] })).toEqual(refusal);
    expect(await run(bin, { PATH, args: ['doctor'] })).toMatchObject({ code: 0, stdout: '["one","doctor"]' });
    expect(await run(bin, { PATH, args: ['status'] })).toEqual(refusal);
  },
);

test.each(['tmux 3.2', 'tmux 3.10', 'tmux next-3.6', 'tmux master', 'tmux openbsd-7.5', 'tmux 4.0'])(
  '%s is new enough',
  async (words) => {
    forget();
    const PATH = makePath({ scripts: { tmux: `echo ${words}` } });
    const answer = await run(bin, { PATH, args: ['status'] });
    expect(answer).toEqual({ code: 0, stdout: '["one","status"]', stderr: '' });
  },
);

/** Makes the next start look at tmux again, as a first start does. */
function forget(): void {
  rmSync(join(checkout, '.node/ready'), { force: true });
}
