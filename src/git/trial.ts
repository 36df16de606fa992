import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive, ownIdentity } from '../base/process.ts';
import { checkoutTimeoutMs, git, gitFailure } from './git.ts';
import { administrationOf, administrations, commonDirOf, discard, gitDirOf, realPath } from './layout.ts';

/** Where something is tried apart from everybody's files. `scratch` is the folder for temporary worktrees. */
export interface Trial {
  root: string;
  scratch: string;
  /** What the temporary worktree starts from, with a detached HEAD. */
  commit: string;
}

/** Lends a temporary worktree to `work`; it is removed whatever happens, after a kill by the next trial. */
export async function inTrial<T>(
  { root, scratch, commit }: Trial,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  fs.mkdirSync(scratch, { recursive: true, mode: 0o700 });
  removeLeftovers(root, scratch);
  const owner = ownIdentity();
  const dir = join(scratch, `land-${owner.pid}-${owner.startTime}-${randomBytes(4).toString('hex')}`);
  try {
    const added = await git(root, ['worktree', 'add', '--quiet', '--detach', '--', dir, commit], {
      timeoutMs: checkoutTimeoutMs,
    });
    if (added.code !== 0) throw gitFailure(`A temporary worktree could not be made`, added);
    return await work(dir);
  } finally {
    discard(dir, administrationOf(commonDirOf(root), dir));
  }
}

/** Removes the temporary worktrees of processes that are no more. */
export function removeLeftovers(root: string, scratch: string): void {
  const real = realPath(scratch);
  for (const name of fs.existsSync(real) ? fs.readdirSync(real) : []) {
    const dir = join(real, name);
    if (isDead(name)) discard(dir, ownAdministration(dir));
  }
  for (const { path, gitFile } of administrations(commonDirOf(root))) {
    const dir = dirname(gitFile);
    if (dirname(dir) === real && isDead(basename(dir))) discard(dir, path);
  }
}

function isDead(name: string): boolean {
  const [, pid, startTime] = name.match(/^land-(\d+)-(\w+)-[0-9a-f]{8}$/) ?? [];
  return pid !== undefined && startTime !== undefined && !isAlive({ pid: Number(pid), startTime });
}

// Of any repository: the scratch folder serves them all.
function ownAdministration(dir: string): string | null {
  const gitDir = gitDirOf(dir);
  if (gitDir === null || basename(dirname(gitDir)) !== 'worktrees') return null;
  return administrationOf(dirname(dirname(gitDir)), dir) === gitDir ? gitDir : null;
}
