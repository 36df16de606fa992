import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLanded, landBranch } from '../../src/git/land.ts';
import { commitFiles, finished, repository, sh, write } from './repository.ts';

test.each(['main', 'aside'])('six landings at once on %s all land', async (onto) => {
  const { root, home, worktrees, scratch, base } = repository();
  sh(root, 'branch', 'aside');
  const commits = Array.from({ length: 6 }, (_, index) => {
    const dir = join(worktrees, `task-${index}`);
    sh(root, 'worktree', 'add', '-q', '-b', `work-${index}`, dir, base);
    return commitFiles(dir, { [`file-${index}.txt`]: `${index}\n` });
  });
  write(home, { note: '' });
  const landings = commits.map((commit, index) =>
    landBranch({ root, commit, onto, message: `Land ${index}`, scratch }),
  );
  expect((await Promise.all(landings)).every(({ already }) => !already)).toBe(true);
  for (const commit of commits) expect(await isLanded(root, commit, onto)).toBe(true);
  expect(sh(root, 'status', '--porcelain')).toBe('');
  expect(fs.readdirSync(scratch)).toEqual([]);
});

test('what a killed landing left is cleared by the next one', async () => {
  const made = finished({ 'new.txt': 'x\n' });
  commitFiles(made.root, { 'b.txt': 'moved\n' });
  const dead = join(made.scratch, 'land-4194999-1-00000000');
  const vanished = join(made.scratch, 'land-4194999-1-00000001');
  const living = join(made.scratch, 'notes');
  sh(made.root, 'worktree', 'add', '-q', '--detach', dead);
  sh(made.root, 'worktree', 'add', '-q', '--detach', vanished);
  fs.rmSync(vanished, { recursive: true });
  write(living, { keep: 'x' });
  const holder = sh(made.root, 'hash-object', '-w', 'b.txt');
  sh(made.root, 'update-ref', 'refs/orchestra/lock/land', holder);
  await landBranch(made.request);
  expect(fs.readdirSync(made.scratch)).toEqual(['notes']);
  expect(fs.readdirSync(join(made.root, '.git/worktrees'))).toEqual(['task-1']);
  expect(sh(made.root, 'for-each-ref', 'refs/orchestra')).toBe('');
});
