import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refsInFiles } from '../../src/git/ref-files.ts';
import { commitFiles, repository, sh, temporaryFolder } from './repository.ts';

/** What git says of all refs that are not of a remote. */
function byGit(root: string): Record<string, string> {
  const lines = sh(root, 'for-each-ref', '--format=%(refname) %(objectname)').split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).filter(([name]) => !name?.startsWith('refs/remotes/')),
  );
}

test('refs read from files are those that git tells, loose, packed and both', () => {
  const { root } = repository();
  sh(root, 'branch', 'a/b');
  sh(root, 'tag', '-a', 'v1', '-m', 'first');
  sh(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  sh(root, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  const same = () => expect(Object.fromEntries(refsInFiles(root) ?? [])).toEqual(byGit(root));
  same();
  sh(root, 'pack-refs', '--all');
  same();
  commitFiles(root, { more: 'more' });
  sh(root, 'branch', 'c');
  fs.writeFileSync(join(root, '.git', 'refs', 'heads', 'd.lock'), '');
  same();
  fs.rmSync(join(root, '.git', 'refs', 'heads', 'd.lock'));
  sh(root, 'branch', '-D', 'a/b');
  same();
  sh(root, 'checkout', '-q', '--detach');
  same();
});

test('git is asked where files do not tell all: another worktree, a symbolic or torn ref, another kind of store', () => {
  const { root } = repository();
  const other = join(temporaryFolder(), 'w');
  sh(root, 'worktree', 'add', '-q', '-b', 'other', other);
  expect(refsInFiles(root)?.has('refs/heads/other')).toBe(true);
  expect(refsInFiles(other)).toBeUndefined();
  expect(refsInFiles('/nonexistent')).toBeUndefined();
  sh(root, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/other');
  expect(refsInFiles(root)).toBeUndefined();
  sh(root, 'symbolic-ref', '-d', 'refs/heads/alias');
  fs.writeFileSync(join(root, '.git', 'refs', 'heads', 'torn'), '');
  expect(refsInFiles(root)).toBeUndefined();
  fs.rmSync(join(root, '.git', 'refs', 'heads', 'torn'));
  expect(refsInFiles(root)).toBeDefined();
  fs.mkdirSync(join(root, '.git', 'reftable'));
  expect(refsInFiles(root)).toBeUndefined();
});

test('refs that nobody wants are not read, so that many branches of tasks cost little', () => {
  const { root } = repository();
  sh(root, 'branch', 'orchestra/one');
  sh(root, 'branch', 'mine');
  sh(root, 'pack-refs', '--all');
  fs.mkdirSync(join(root, '.git/refs/heads/orchestra'), { recursive: true });
  fs.writeFileSync(join(root, '.git/refs/heads/orchestra/unread'), 'no commit\n');
  const mine = refsInFiles(root, (name) => !name.startsWith('refs/heads/orchestra/'));
  expect([...(mine?.keys() ?? [])].sort()).toEqual(['refs/heads/main', 'refs/heads/mine']);
  expect(refsInFiles(root)).toBeUndefined();
});
