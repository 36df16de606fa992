import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { isAlive, ownIdentity } from '../base/process.ts';
import { checkoutTimeoutMs, git, gitFailure, gitOutput } from './git.ts';
import { administrationOf, administrations, commonDirOf, discard, gitDirOf, realPath } from './layout.ts';
import { commitTree } from './stage.ts';
import { namesOf } from './status.ts';

/** A merge of `commit` into `tip`, tried apart from everybody's files. */
export interface MergeTrial {
  root: string;
  tip: string;
  commit: string;
  /** The branch's name, for messages. */
  onto: string;
  message: string;
  /** The folder for temporary worktrees. */
  scratch: string;
}

/**
 * Merges in a temporary worktree and returns the merge commit, which no branch holds yet. The worktree is removed
 * whatever happens. Throws `conflict` naming the files.
 */
export async function tryMerge(trial: MergeTrial): Promise<string> {
  const { root, scratch, tip } = trial;
  fs.mkdirSync(scratch, { recursive: true, mode: 0o700 });
  removeLeftovers(root, scratch);
  const owner = ownIdentity();
  const dir = join(scratch, `land-${owner.pid}-${owner.startTime}-${randomBytes(4).toString('hex')}`);
  try {
    const added = await git(root, ['worktree', 'add', '--quiet', '--detach', '--', dir, tip], {
      timeoutMs: checkoutTimeoutMs,
    });
    if (added.code !== 0) throw gitFailure(`A temporary worktree for the merge could not be made`, added);
    return await mergeIn(dir, trial);
  } finally {
    discard(dir, administrationOf(commonDirOf(root), dir));
  }
}

async function mergeIn(dir: string, { tip, commit, onto, message }: MergeTrial): Promise<string> {
  const flags = ['--no-commit', '--no-ff', '--no-squash', '--no-autostash', '--no-stat', '--quiet'];
  // It makes no commit, but the name has to be there for git to start at all.
  const env = { GIT_COMMITTER_NAME: 'orchestra', GIT_COMMITTER_EMAIL: 'orchestra@localhost' };
  const merged = await git(dir, ['merge', ...flags, commit], { timeoutMs: checkoutTimeoutMs, env });
  if (merged.code !== 0) {
    const output = await gitOutput(dir, ['diff', '--name-only', '--diff-filter=U', '-z', '--no-relative']);
    const files = [...new Set(output.split('\0').filter((path) => path !== ''))];
    if (files.length === 0)
      throw gitFailure(`${commit.slice(0, 12)} could not be merged into ${onto}`, merged);
    throw new OrchestraError('conflict', `It conflicts with ${onto} in ${namesOf(files)}.`, {
      hint: `Nothing was changed. Merge ${onto} into the task's branch and resolve it there, then approve again.`,
    });
  }
  const tree = (await gitOutput(dir, ['write-tree'])).trim();
  return await commitTree(dir, tree, [tip, commit], message);
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
