import * as fs from 'node:fs';
import { gitOutput } from './git.ts';
import { branchInOperation, gitDirOf } from './layout.ts';

/** A working tree of the repository. `branch` is null when detached. */
export interface Checkout {
  path: string;
  /** Its own git folder; null when the folder is gone. */
  gitDir: string | null;
  branch: string | null;
  /** The branch a rebase or bisect there will come back to. */
  pendingBranch: string | null;
}

/** All working trees of the repository, the main one first; bare ones are left out. One fork. */
export async function checkoutsOf(root: string): Promise<Checkout[]> {
  const output = await gitOutput(root, ['worktree', 'list', '--porcelain', '-z']);
  return output
    .split('\0\0')
    .filter((record) => record !== '')
    .map((record) => record.split('\0'))
    .filter((lines) => !lines.includes('bare'))
    .map((lines) => {
      const path = attribute(lines, 'worktree') ?? '';
      const gitDir = fs.existsSync(path) ? gitDirOf(path) : null;
      const branch = attribute(lines, 'branch')?.replace(/^refs\/heads\//, '') ?? null;
      return { path, gitDir, branch, pendingBranch: gitDir === null ? null : branchInOperation(gitDir) };
    });
}

function attribute(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}
