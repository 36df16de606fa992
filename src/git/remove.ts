import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { checkoutsOf } from './checkouts.ts';
import { commitOf, git, gitFailure } from './git.ts';
import {
  administrationOf,
  commonDirOf,
  discard,
  gitDirOf,
  isUnfinished,
  lockReason,
  realPath,
} from './layout.ts';
import { type Contents, contentsOf, refuseLoss } from './leftovers.ts';
import { namesOfOccupants, occupantsOf } from './occupants.ts';
import { rescue, wholeTree } from './rescue.ts';
import { namesOf } from './status.ts';
import { refuseUnlanded, type Work } from './unlanded.ts';
import { endPreparation, forgetPreparation, reattach } from './worktree.ts';

/** The worktree to remove, with what is known of its work. */
export interface RemoveRequest extends Work {
  dir: string;
  /** True when ignored files may go with it, whatever they are. */
  ignoredOk?: boolean;
  /** The task's id: what has not landed goes to its rescue ref. Without it such a worktree is kept. */
  rescueAs?: string;
  /** Proves all of it and changes nothing. */
  dryRun?: boolean;
}

/** What was removed, or would be. */
export interface Removed {
  removed: boolean;
  /** False when it was gone already or is checked out elsewhere. */
  branchDeleted: boolean;
  /** Where what had not landed is kept; null when all had. In a dry run the ref need not exist yet. */
  rescued: string | null;
  /** Files that were in no commit: kept by the rescue ref. */
  untracked: string[];
  /** Ignored files and folders that go for good. */
  ignored: string[];
}

/**
 * Removes a worktree and its branch after proving that no work goes with them. Safe to repeat after a kill. Throws
 * `refused`, naming what is in the way, and then nothing was changed.
 */
export async function removeWorktree(request: RemoveRequest): Promise<Removed> {
  const { root, dir, branch, dryRun = false } = request;
  const interrupted = dryRun ? false : await endPreparation(dir);
  const administration = administrationOf(commonDirOf(root), dir);
  const present = fs.existsSync(dir);
  if (present && administration === null && !interrupted) {
    throw refusal(`${dir} is not a worktree of ${root}`, 'Look into it and remove it by hand.');
  }
  const whole = present && administration !== null && !isUnfinished(administration);
  if (present) refuseUsed(dir);
  const contents = whole ? await lookInto(request, administration) : null;
  const tip = await commitOf(root, `refs/heads/${branch}`);
  const head = administration === null ? null : await headOf(root, administration);
  const rescued = await keep(request, contents, head, tip);
  const found = { rescued, untracked: contents?.untracked ?? [], ignored: contents?.ignored ?? [] };
  const removed = present || administration !== null;
  if (dryRun) return { removed, branchDeleted: await mayDelete(root, branch, tip, dir), ...found };
  // The rename is the point of no return: whatever is under the new name was proven to be removable.
  const doomed = join(dirname(dir), `.removing-${basename(dir)}`);
  discard(doomed, null);
  if (present) fs.renameSync(dir, doomed);
  discard(doomed, administration);
  forgetPreparation(dir);
  return { removed, branchDeleted: await deleteBranch(root, branch, tip), ...found };
}

function refusal(message: string, hint: string): OrchestraError {
  return new OrchestraError('refused', `${message}; it was kept.`, { hint });
}

async function headOf(root: string, administration: string): Promise<string | null> {
  const head = await git(root, ['--git-dir', administration, 'rev-parse', '--verify', '-q', 'HEAD^{commit}']);
  return head.code === 0 ? head.stdout.trim() : null;
}

function refuseUsed(dir: string): void {
  const occupants = occupantsOf(dir);
  if (occupants.length === 0) return;
  throw refusal(`${dir} is in use by ${namesOfOccupants(occupants)}`, 'End it or leave the folder first.');
}

async function lookInto(
  { dir, ignoredOk, dryRun }: RemoveRequest,
  administration: string,
): Promise<Contents> {
  const reason = lockReason(administration);
  if (reason !== null) {
    throw refusal(`${dir} is locked${reason === '' ? '' : ` (${reason})`}`, `git worktree unlock ${dir}`);
  }
  if (dryRun && gitDirOf(dir) === null) {
    throw refusal(`${dir} has lost its .git file`, 'Cleaning writes it anew and looks again.');
  }
  reattach(dir, administration);
  const contents = await contentsOf(dir);
  refuseLoss(dir, contents, ignoredOk === true);
  return contents;
}

/** Sees to it that nothing is lost: all has landed, or a ref holds it. Returns that ref, or null. */
async function keep(
  request: RemoveRequest,
  contents: Contents | null,
  head: string | null,
  tip: string | null,
): Promise<string | null> {
  const { root, dir, branch, rescueAs, dryRun } = request;
  const commits = [...new Set([head, tip])].filter((sha) => sha !== null);
  const loose = contents !== null && contents.changed.length + contents.untracked.length > 0;
  let why: OrchestraError | undefined;
  try {
    if (loose) refuseLoose(dir, contents);
    for (const commit of commits) await refuseUnlanded(request, commit);
  } catch (error) {
    if (rescueAs === undefined || !(error instanceof OrchestraError) || error.code !== 'refused') throw error;
    why = error;
  }
  if (why === undefined || rescueAs === undefined) return null;
  const tree = contents === null ? null : await wholeTree(dir);
  if (dryRun) return `refs/orchestra/rescue/${rescueAs}`;
  const message = `What ${rescueAs} left\n\nFrom ${branch}: ${why.message.replace(/; it was kept\.$/, '')}.`;
  const ref = await rescue({ root, task: rescueAs, commits, tree, message });
  if (contents !== null && (await wholeTree(dir)) !== tree) {
    throw refusal(`${dir} has changed while it was looked at`, 'Somebody works there; try again later.');
  }
  return ref;
}

function refuseLoose(dir: string, { changed, untracked }: Contents): void {
  const hint = 'Commit it there and land it, or name the task: then a ref keeps it.';
  if (changed.length > 0) throw refusal(`${dir} holds uncommitted changes in ${namesOf(changed)}`, hint);
  throw refusal(`${dir} holds untracked ${namesOf(untracked)}`, hint);
}

/** Whether no working tree but the one at `dir` is on the branch. */
async function mayDelete(root: string, branch: string, tip: string | null, dir?: string): Promise<boolean> {
  const own = dir === undefined ? undefined : realPath(dir);
  const others = (await checkoutsOf(root)).filter((checkout) => realPath(checkout.path) !== own);
  return tip !== null && !others.some((checkout) => checkout.branch === branch);
}

async function deleteBranch(root: string, branch: string, tip: string | null): Promise<boolean> {
  if (tip === null || !(await mayDelete(root, branch, tip))) return false;
  const deleted = await git(root, ['update-ref', '-d', `refs/heads/${branch}`, tip]);
  if (deleted.code !== 0) throw gitFailure(`The branch ${branch} could not be deleted`, deleted);
  return true;
}
