import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { checkoutsOf } from './checkouts.ts';
import { commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { administrationOf, commonDirOf, discard, isUnfinished, lockReason, occupantsOf } from './layout.ts';
import { namesOf, statusOf } from './status.ts';
import { endPreparation, forgetPreparation, reattach } from './worktree.ts';

/** The worktree to remove. `onto` is where its work has landed; null when it started from a detached HEAD. */
export interface RemoveRequest {
  root: string;
  dir: string;
  branch: string;
  onto: string | null;
  /** The commit it started from: nothing up to there is the task's work. */
  base?: string;
  /** True when ignored files may go with it. */
  ignoredOk?: boolean;
}

/** `branchDeleted` is false when it was gone already or is checked out elsewhere. */
export interface Removed {
  removed: boolean;
  branchDeleted: boolean;
}

/**
 * Removes a worktree and its branch after proving that no work goes with them. Safe to repeat after a kill. Throws
 * `refused`, naming what is in the way, and then nothing was changed.
 */
export async function removeWorktree(request: RemoveRequest): Promise<Removed> {
  const { root, dir, branch } = request;
  const interrupted = await endPreparation(dir);
  const administration = administrationOf(commonDirOf(root), dir);
  const present = fs.existsSync(dir);
  if (present && administration === null && !interrupted) {
    throw refusal(`${dir} is not a worktree of ${root}`, 'Look into it and remove it by hand.');
  }
  if (present && administration !== null) await refuseUsed(request, administration);
  const tip = await commitOf(root, `refs/heads/${branch}`);
  const heads = administration === null ? [tip] : [tip, await headOf(root, administration)];
  for (const sha of new Set(heads)) if (sha !== null) await refuseUnlanded(request, sha);
  // The rename is the point of no return: whatever is under the new name was proven to be removable.
  const doomed = join(dirname(dir), `.removing-${basename(dir)}`);
  discard(doomed, null);
  if (present) fs.renameSync(dir, doomed);
  discard(doomed, administration);
  forgetPreparation(dir);
  return {
    removed: present || administration !== null,
    branchDeleted: await deleteBranch(root, branch, tip),
  };
}

function refusal(message: string, hint: string): OrchestraError {
  return new OrchestraError('refused', `${message}; it was kept.`, { hint });
}

async function headOf(root: string, administration: string): Promise<string | null> {
  const head = await git(root, ['--git-dir', administration, 'rev-parse', '--verify', '-q', 'HEAD^{commit}']);
  return head.code === 0 ? head.stdout.trim() : null;
}

async function refuseUsed({ dir, ignoredOk }: RemoveRequest, administration: string): Promise<void> {
  const pids = occupantsOf(dir);
  if (pids.length > 0)
    throw refusal(`${dir} is in use by process ${pids.join(', ')}`, 'End it or leave the folder first.');
  const reason = lockReason(administration);
  if (isUnfinished(administration)) return;
  if (reason !== null) {
    throw refusal(`${dir} is locked${reason === '' ? '' : ` (${reason})`}`, `git worktree unlock ${dir}`);
  }
  reattach(dir, administration);
  const status = await statusOf(dir, { ignored: true });
  const changed = [...status.changed, ...status.unmerged];
  const hint = 'Commit it there and land it, or remove it by hand when it is worth nothing.';
  if (changed.length > 0) throw refusal(`${dir} holds uncommitted changes in ${namesOf(changed)}`, hint);
  if (status.untracked.length > 0) throw refusal(`${dir} holds untracked ${namesOf(status.untracked)}`, hint);
  const precious = [...status.ignored, ...(await nestedRepositories(dir))];
  if (precious.length > 0 && ignoredOk !== true) {
    throw refusal(
      `${dir} holds ignored or nested ${namesOf(precious)}`,
      'Say that these may go too, or move them away.',
    );
  }
}

// A checked out submodule has commits and branches of its own which we cannot prove to be elsewhere.
async function nestedRepositories(dir: string): Promise<string[]> {
  const output = await gitOutput(dir, ['ls-files', '--stage', '-z']);
  const links = output.split('\0').filter((record) => record.startsWith('160000 '));
  const paths = links.map((record) => record.slice(record.indexOf('\t') + 1));
  return paths.filter((path) => fs.existsSync(join(dir, path, '.git'))).map((path) => `${path}/`);
}

async function refuseUnlanded({ root, branch, onto, base }: RemoveRequest, sha: string): Promise<void> {
  if (base !== undefined && (await commitOf(root, base)) !== null && (await isAncestor(root, sha, base)))
    return;
  if (onto === null) {
    if (await heldElsewhere(root, branch, sha)) return;
    throw refusal(`${branch} has commits that no other branch holds`, 'Merge or tag them first.');
  }
  const tip = await commitOf(root, `refs/heads/${onto}`);
  if (tip === null)
    throw refusal(
      `${branch} has commits, and the branch ${onto} no longer exists`,
      'Merge them by hand first.',
    );
  if (await isAncestor(root, sha, tip)) return;
  const count = (await gitOutput(root, ['rev-list', '--count', sha, `^${tip}`])).trim();
  throw refusal(
    `${branch} has ${count} ${count === '1' ? 'commit' : 'commits'} not landed on ${onto}`,
    'Approve the task first.',
  );
}

async function heldElsewhere(root: string, branch: string, sha: string): Promise<boolean> {
  const kinds = ['refs/heads', 'refs/remotes', 'refs/tags'];
  const output = await gitOutput(root, ['for-each-ref', '--format=%(refname)', '--contains', sha, ...kinds]);
  return output.split('\n').some((name) => name !== '' && name !== `refs/heads/${branch}`);
}

async function deleteBranch(root: string, branch: string, tip: string | null): Promise<boolean> {
  if (tip === null || (await checkoutsOf(root)).some((checkout) => checkout.branch === branch)) return false;
  const deleted = await git(root, ['update-ref', '-d', `refs/heads/${branch}`, tip]);
  if (deleted.code !== 0) throw gitFailure(`The branch ${branch} could not be deleted`, deleted);
  return true;
}
