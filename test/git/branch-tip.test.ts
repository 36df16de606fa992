import { join } from 'node:path';
import { expect, test } from 'vitest';
import { branchTip } from '../../src/git/branch-tip.ts';
import { commitFiles, repository, sh, temporaryFolder } from './repository.ts';

test('the tip of a branch is read, loose or packed, also from a worktree, and null where there is none', () => {
  const { root } = repository();
  sh(root, 'branch', 'orchestra/task-1-x');
  const first = sh(root, 'rev-parse', 'HEAD');
  expect(branchTip(root, 'orchestra/task-1-x')).toBe(first);
  sh(root, 'pack-refs', '--all');
  expect(branchTip(root, 'orchestra/task-1-x')).toBe(first);
  const other = join(temporaryFolder(), 'w');
  sh(root, 'worktree', 'add', '-q', other, 'orchestra/task-1-x');
  const second = commitFiles(other, { b: 'b' });
  expect(branchTip(root, 'orchestra/task-1-x')).toBe(second);
  expect(branchTip(other, 'orchestra/task-1-x')).toBe(second);
  expect(branchTip(root, 'none')).toBeNull();
  expect(branchTip('/nonexistent', 'main')).toBeNull();
});
