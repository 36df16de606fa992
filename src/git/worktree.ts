import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import type { Finished } from '../base/exec.ts';
import { sweepByEnv } from '../base/process.ts';
import { checkoutTimeoutMs, commitOf, git, gitFailure, isAncestor } from './git.ts';
import { administrationOf, commonDirOf, discard, gitDirOf, isUnfinished } from './layout.ts';
import { namesOf } from './status.ts';

/** What `ensureWorktree` is to make. `root` is any working tree of the repository; `dir` the new one. */
export interface WorktreeRequest {
  root: string;
  dir: string;
  branch: string;
  commit: string;
}

/**
 * Makes a worktree with its branch at a commit, one fork when nothing is in the way. Safe to repeat after a kill at
 * any point: a half made worktree is rebuilt, a whole one is left as it is (`created: false`), also with work in it.
 * Throws `conflict` when the folder or the branch belongs to something else, `not_found` when the commit is missing.
 */
export async function ensureWorktree(request: WorktreeRequest): Promise<{ created: boolean }> {
  const { root, dir } = request;
  // Nothing is waited for where nothing was begun: git starts before the caller goes on.
  const interrupted = fs.existsSync(markOf(dir)) && (await endPreparation(dir));
  const administration = administrationOf(commonDirOf(root), dir);
  if (administration === null ? interrupted : isUnfinished(administration)) {
    discard(dir, administration);
  } else if (administration === null) {
    refuseForeign(dir);
  } else if (isBlank(dir)) {
    await keepHead(request, administration);
    discard(dir, administration);
  } else {
    reattach(dir, administration);
    await refuseOther(request);
    forgetPreparation(dir);
    return { created: false };
  }
  fs.mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
  fs.writeFileSync(markOf(dir), '', { mode: 0o600 });
  try {
    await add(request);
  } finally {
    forgetPreparation(dir);
  }
  return { created: true };
}

function isBlank(dir: string): boolean {
  return !fs.existsSync(dir) || (fs.statSync(dir).isDirectory() && fs.readdirSync(dir).length === 0);
}

function refuseForeign(dir: string): void {
  if (isBlank(dir)) return;
  const content = fs.statSync(dir).isDirectory() ? fs.readdirSync(dir) : [];
  const what =
    content.length === 0
      ? 'is a file'
      : `holds ${namesOf(content, 3)}, which is not a worktree of this repository`;
  throw new OrchestraError('conflict', `${dir} ${what}.`, {
    hint: 'Move it away, then run `orchestra retry`.',
  });
}

/** Writes a worktree's `.git` file anew when it is gone; throws `conflict` when something else has its place. */
export function reattach(dir: string, administration: string): void {
  const found = gitDirOf(dir);
  if (found !== null && fs.existsSync(found) && fs.realpathSync(found) === fs.realpathSync(administration))
    return;
  if (fs.existsSync(join(dir, '.git'))) {
    throw new OrchestraError(
      'conflict',
      `${join(dir, '.git')} has been replaced: it is no longer this worktree's.`,
      {
        hint: `Move it away; git's own record of the worktree is ${administration}.`,
      },
    );
  }
  fs.writeFileSync(join(dir, '.git'), `gitdir: ${administration}\n`);
}

// A whole worktree is ours when our branch exists; the agent may have switched away from it.
async function refuseOther({ root, dir, branch }: WorktreeRequest): Promise<void> {
  if ((await commitOf(root, `refs/heads/${branch}`)) !== null) return;
  const head = await git(dir, ['symbolic-ref', '--short', '-q', 'HEAD']);
  throw new OrchestraError(
    'conflict',
    `${dir} is a worktree of ${head.stdout.trim() || 'a detached HEAD'}, not of ${branch}.`,
    {
      hint: `Move it with \`git worktree move\`, or make the branch again with \`git branch ${branch}\`.`,
    },
  );
}

// The folder was removed by hand: commits that only its detached HEAD held get a ref.
async function keepHead({ root, branch }: WorktreeRequest, administration: string): Promise<void> {
  const head = await git(root, ['--git-dir', administration, 'rev-parse', '--verify', '-q', 'HEAD^{commit}']);
  const sha = head.stdout.trim();
  if (head.code !== 0 || sha === '') return;
  const holders = await git(root, [
    'for-each-ref',
    '--count=1',
    '--contains',
    sha,
    'refs/heads',
    'refs/orchestra',
  ]);
  if (holders.code !== 0 || holders.stdout !== '') return;
  await git(root, ['update-ref', `refs/orchestra/rescue/${branch}/${sha.slice(0, 12)}`, sha]);
}

async function add(request: WorktreeRequest): Promise<void> {
  const { root, branch, commit } = request;
  const made = await addOnce(request, ['--no-track', '-b', branch], commit);
  if (made.code === 0) return;
  if (/a branch named .* already exists/s.test(made.stderr)) return await addToBranch(request);
  const lock = join(commonDirOf(root), 'refs', 'heads', `${branch}.lock`);
  if (made.stderr.includes('.lock') && fs.existsSync(lock)) {
    fs.rmSync(lock, { force: true });
    const again = await addOnce(request, ['--no-track', '-b', branch], commit);
    if (again.code === 0) return;
    throw await explain(request, again);
  }
  throw await explain(request, made);
}

async function addToBranch(request: WorktreeRequest): Promise<void> {
  const { root, branch, commit } = request;
  const tip = await commitOf(root, `refs/heads/${branch}`);
  if (tip !== null && tip !== commit && !(await isAncestor(root, commit, tip))) {
    throw new OrchestraError('conflict', `The branch ${branch} exists already, at ${tip.slice(0, 12)}.`, {
      hint: `Rename it with \`git branch -m ${branch} <other name>\`.`,
    });
  }
  const made = await addOnce(request, [], branch);
  if (made.code !== 0) throw await explain(request, made);
}

// There while git works on it: who finds it knows that the last attempt was killed.
function markOf(dir: string): string {
  return join(dirname(dir), `.preparing-${basename(dir)}`);
}

/**
 * Ends the git that still makes this worktree for a process of ours which was killed. Free when there was none. True
 * when there was one: what is in the folder then, unless git counts it as whole, is only a part of its checkout.
 */
export async function endPreparation(dir: string): Promise<boolean> {
  if (!fs.existsSync(markOf(dir))) return false;
  await sweepByEnv(`ORCHESTRA_PREPARES=${dir}`, 0);
  return true;
}

/** Removes the mark of an attempt that has come to its end. */
export function forgetPreparation(dir: string): void {
  fs.rmSync(markOf(dir), { force: true });
}

// The variable finds it again when it outlives us.
async function addOnce({ root, dir }: WorktreeRequest, flags: string[], what: string): Promise<Finished> {
  return await git(root, ['worktree', 'add', '--quiet', ...flags, '--', dir, what], {
    env: { ORCHESTRA_PREPARES: dir },
    timeoutMs: checkoutTimeoutMs,
  });
}

async function explain(
  { root, branch, commit, dir }: WorktreeRequest,
  made: Finished,
): Promise<OrchestraError> {
  const elsewhere = made.stderr.match(/already (?:checked out|used by worktree) at '(.*)'/s)?.[1];
  if (elsewhere !== undefined) {
    return new OrchestraError('conflict', `The branch ${branch} is checked out in ${elsewhere}.`, {
      hint: `Switch to another branch there, or remove it with \`git worktree remove\` (\`git worktree prune\` when the folder is gone).`,
    });
  }
  const blocking = made.stderr.match(/'refs\/heads\/(.+?)' exists; cannot create/s)?.[1];
  if (blocking !== undefined) {
    return new OrchestraError(
      'conflict',
      `The branch ${branch} cannot be made while there is a branch ${blocking}.`,
    );
  }
  if ((await commitOf(root, commit)) === null) {
    return new OrchestraError('not_found', `The commit ${commit} is not in ${root}.`);
  }
  return gitFailure(`The worktree ${dir} could not be made`, made);
}
