import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CheckoutState, checkoutChanges, checkoutOf } from '../../src/git/checkout-state.ts';
import { settingsChanges, settingsOf } from '../../src/git/settings-state.ts';
import { commitFiles, repository, sh, write } from './repository.ts';

/** What `act` changes of the settings, a line each. */
function settingsAfter(root: string, home: string, act: () => void): string[] {
  const before = settingsOf(root, home);
  act();
  return settingsChanges(before, settingsOf(root, home)).map(({ file, what }) => `${file} ${what}`);
}

test('settings, hooks and attributes that are not as they were are named, and their values are not kept', () => {
  const { root, home } = repository();
  sh(root, 'config', 'user.name', 'A secret of mine');
  sh(root, 'config', 'remote.origin.url', 'https://example.org');
  write(root, { '.git/hooks/pre-push': 'true\n', '.git/info/attributes': '*.x text\n' });
  expect(JSON.stringify(settingsOf(root, home))).not.toContain('secret');
  const changes = settingsAfter(root, home, () => {
    sh(root, 'config', 'core.hooksPath', '/nowhere');
    sh(root, 'config', '--unset', 'user.name');
    sh(root, 'config', 'remote.origin.url', 'https://evil.example');
    sh(root, 'config', 'branch.main.remote', 'origin');
    write(root, { '.git/hooks/pre-commit': 'rm -rf\n', '.git/hooks/new.sample': 'x' });
    fs.chmodSync(join(root, '.git/hooks/pre-push'), 0o755);
    fs.rmSync(join(root, '.git/info/attributes'));
    write(home, { '.gitconfig': '[alias]\n\tst = !evil\n' });
  });
  expect(changes.sort()).toEqual(
    [
      '.git/config was changed (user.name, remote.origin.url, core.hooksPath)',
      '.git/hooks/pre-commit was added',
      '.git/hooks/pre-push was changed',
      '.git/info/attributes was removed',
      `${home}/.gitconfig was changed (alias.st)`,
    ].sort(),
  );
  expect(settingsAfter(root, home, () => sh(root, 'branch', 'other'))).toEqual([]);
  const pipe = settingsAfter(root, home, () => execFileSync('mkfifo', [join(root, '.git/config.worktree')]));
  expect(pipe).toEqual(['.git/config.worktree was added']);
});

/** What `act` changes of the user's working trees, a line each. */
async function treesAfter(root: string, ours: string, act: () => void): Promise<string[]> {
  const before = (await checkoutOf(root, ours)) as CheckoutState;
  act();
  const after = (await checkoutOf(root, ours)) as CheckoutState;
  return checkoutChanges(root, before, after).map(({ file, what }) => `${file.replace(root, '')} ${what}`);
}

test("files of the user's working tree are told apart from commits and from what is ours", async () => {
  const { root, home } = repository();
  commitFiles(root, { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
  write(root, { 'a.txt': 'mine\n', 'b.txt': 'mine\n', 'u.txt': 'u\n', 'state/runs/1': 'x' });
  const ours = join(root, 'state');
  const changes = await treesAfter(root, ours, () => {
    write(root, { 'a.txt': 'overwritten\n', 'new.txt': 'n\n', 'state/runs/2': 'x' });
    sh(root, 'checkout', 'b.txt');
  });
  expect(changes.sort()).toEqual([
    '/a.txt was changed',
    '/b.txt lost what was not committed',
    '/new.txt was changed',
  ]);
  // Committing everything is nobody's loss.
  expect(await treesAfter(root, ours, () => commitFiles(root, { 'c.txt': 'd\n' }))).toEqual([]);
  sh(root, 'worktree', 'add', '-q', '-b', 'side', join(home, 'side'));
  sh(root, 'worktree', 'add', '-q', '-b', 'task', join(ours, 'task'));
  const switched = await treesAfter(root, ours, () => {
    for (const tree of [root, join(home, 'side'), join(ours, 'task')]) sh(tree, 'checkout', '-q', '--detach');
  });
  expect(switched).toHaveLength(2);
  expect(switched[0]).toMatch(/^ was switched from main to [0-9a-f]{12}$/);
  expect(switched[1]).toMatch(/side was switched from side to [0-9a-f]{12}$/);
});
