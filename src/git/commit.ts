import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { readIfExists } from '../base/files.ts';
import { branchTip } from './branch-tip.ts';
import { commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { administrationOf, commonDirOf, operationIn } from './layout.ts';
import { namesOfOccupants, type Occupant, occupantsOf } from './occupants.ts';
import { commitStaged, commitTree, stageAll } from './stage.ts';
import { isDirty, namesOf, statusOf, type TreeStatus } from './status.ts';
import { reattach } from './worktree.ts';

/** Where the work of a task is. `root` is any other working tree of the repository. */
export interface SaveRequest {
  root: string;
  dir: string;
  branch: string;
  message: string;
  /** The task's id; names the ref that holds work which the branch cannot. */
  task: string;
}

/** What `commitAll` did and found. */
export interface Saved {
  /** The commit it made, null when there was nothing to commit. */
  commit: string | null;
  /** The commit that it follows; null where there is none, or more than one. */
  parent: string | null;
  /** HEAD afterwards; null when the worktree is gone or has no commit. */
  head: string | null;
  /** The ref that holds HEAD's work: the task's branch, or `refs/orchestra/rescue/<task>`. */
  ref: string | null;
  /** Files that were committed with unresolved conflicts in them. */
  conflicted: string[];
  /** What a person should know, in sentences. */
  notes: string[];
}

interface Standing {
  request: SaveRequest;
  administration: string;
  notes: string[];
}

/**
 * Commits what the agent left uncommitted, where HEAD is, without hooks and signing, and sees to it that a ref holds
 * it. Safe to repeat. Throws `conflict` when the worktree's lock is held by a living process or its `.git` was replaced.
 */
export async function commitAll(request: SaveRequest): Promise<Saved> {
  const { root, dir } = request;
  const administration = administrationOf(commonDirOf(root), dir);
  if (administration === null || !fs.existsSync(dir)) {
    const notes = [`The worktree ${dir} is gone; only what was committed on ${request.branch} is left.`];
    const head = await commitOf(root, `refs/heads/${request.branch}`);
    return {
      commit: null,
      parent: null,
      head,
      ref: head === null ? null : `refs/heads/${request.branch}`,
      conflicted: [],
      notes,
    };
  }
  reattach(dir, administration);
  const standing: Standing = { request, administration, notes: [] };
  const locks = locksIn(standing);
  // Nothing is waited for where there are none: git starts before the caller goes on.
  if (locks.length > 0) await releaseLocks(standing, locks);
  const status = await withLastHead(standing, await statusOf(dir));
  if (status.unread.length > 0) {
    standing.notes.push(`Not everything could be committed: git cannot look into ${namesOf(status.unread)}.`);
  }
  const made = await commitRest(standing, status);
  const { commit, parent } = made ?? { commit: null, parent: null };
  const head = commit ?? status.head;
  const ref = head === null ? null : await hold(standing, head, status.branch);
  const conflicted = commit === null ? [] : status.unmerged;
  return { commit, parent, head, ref, conflicted, notes: standing.notes };
}

function locksIn({ request: { root, branch }, administration }: Standing): string[] {
  const paths = ['index.lock', 'HEAD.lock'].map((name) => join(administration, name));
  paths.push(join(commonDirOf(root), 'refs', 'heads', `${branch}.lock`));
  return paths.filter((path) => fs.existsSync(path));
}

// Nobody is in the worktree any more, so a lock in its own git folder is a killed git's.
async function releaseLocks({ request: { dir }, notes }: Standing, locks: readonly string[]): Promise<void> {
  const occupants = await lastOccupants(dir);
  for (const lock of locks.filter((path) => fs.existsSync(path))) {
    if (occupants.length > 0) {
      const who = namesOfOccupants(occupants);
      throw new OrchestraError('conflict', `${lock} is there and ${who} still works in ${dir}.`, {
        hint: 'Wait for it, or end it.',
      });
    }
    fs.rmSync(lock, { force: true });
    notes.push(`A git command was killed in the worktree; its lock ${lock} was removed.`);
  }
}

const PATIENCE_MS = 10_000;

// Our own wrapper is a moment longer there than the agent.
async function lastOccupants(dir: string): Promise<Occupant[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const occupants = occupantsOf(dir);
    if (occupants.length === 0 || performance.now() > deadline) return occupants;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// The task's branch deleted underneath leaves HEAD without a commit: git's own log of HEAD knows the last one.
async function withLastHead(
  { request, administration, notes }: Standing,
  status: TreeStatus,
): Promise<TreeStatus> {
  if (status.head !== null || status.branch !== request.branch) return status;
  const log = readIfExists(join(administration, 'logs', 'HEAD')) ?? '';
  // The deletion itself may stand there too, with a commit of zeros.
  const shas = log.split('\n').flatMap((line) => line.split(' ', 2));
  const last = shas.findLast((sha) => /^[0-9a-f]{40,64}$/.test(sha) && !/^0+$/.test(sha));
  const head = last === undefined ? null : await commitOf(request.root, last);
  if (head === null) return status;
  const name = `refs/heads/${status.branch}`;
  const none = '0'.repeat(head.length);
  const made = await git(request.root, ['update-ref', '-m', 'orchestra: made again', name, head, none]);
  if (made.code !== 0) return status;
  notes.push(
    `The branch ${status.branch} was deleted under the worktree; it was made again at ${head.slice(0, 12)}.`,
  );
  return await statusOf(request.dir);
}

type Made = { commit: string; parent: string | null };

async function commitRest(standing: Standing, status: TreeStatus): Promise<Made | null> {
  const { request, administration, notes } = standing;
  const { dir } = request;
  const operation = operationIn(administration);
  if (operation !== null) notes.push(`The agent stopped in the middle of a ${operation}.`);
  const merged = mergeHeads(administration);
  const concludes = merged.length > 0 && status.unmerged.length === 0;
  if (!isDirty(status) && !concludes) return null;
  const left = await stageAll(dir);
  if (left !== '') notes.push(`Not everything could be committed: ${left}`);
  const isPlain = operation === null && merged.length === 0 && status.unmerged.length === 0;
  if (isPlain && status.head !== null) {
    if (!(await commitStaged(dir, request.message))) return null;
    return { commit: await headOf(request, status.branch), parent: status.head };
  }
  const [tree, before] = await Promise.all([
    answerOf(dir, ['write-tree']),
    status.head === null ? null : answerOf(dir, ['rev-parse', `${status.head}^{tree}`]),
  ]);
  if (tree === before && !concludes) return null;
  if (status.unmerged.length > 0) {
    notes.push(`Committed with unresolved conflicts in ${namesOf(status.unmerged)}.`);
  }
  // With conflicts left it must not pass for a finished merge.
  const parents = [...(status.head === null ? [] : [status.head]), ...(concludes ? merged : [])];
  const commit = await commitTree(dir, tree, parents, request.message);
  const old = status.head ?? '0'.repeat(commit.length);
  const moved = await git(dir, ['update-ref', '-m', 'orchestra: commit what was left', 'HEAD', commit, old]);
  if (moved.code !== 0) throw gitFailure(`HEAD of ${dir} could not be moved to ${commit}`, moved);
  if (merged.length > 0) await git(dir, ['merge', '--quit']);
  return { commit, parent: concludes ? null : status.head };
}

async function headOf({ root, dir }: SaveRequest, branch: string | null): Promise<string> {
  const tip = branch === null ? null : branchTip(root, branch);
  return tip ?? (await answerOf(dir, ['rev-parse', '--verify', 'HEAD^{commit}']));
}

async function answerOf(dir: string, args: readonly string[]): Promise<string> {
  return (await gitOutput(dir, args)).trim();
}

function mergeHeads(administration: string): string[] {
  const text = readIfExists(join(administration, 'MERGE_HEAD')) ?? '';
  return text.split('\n').filter((line) => line !== '');
}

/** Moves the task's branch along when HEAD continues it; otherwise a rescue ref holds HEAD. */
async function hold(standing: Standing, head: string, at: string | null): Promise<string> {
  const { request, administration, notes } = standing;
  const { root, dir, branch } = request;
  const name = `refs/heads/${branch}`;
  if (at === branch) return name;
  const where = at === null ? 'a detached HEAD' : `the branch ${at}`;
  const tip = await commitOf(root, name);
  if (tip !== null && (await isAncestor(root, head, tip))) {
    if (tip !== head) notes.push(`The worktree is on ${where}, behind ${branch}.`);
    return name;
  }
  if (tip === null || (await isAncestor(root, tip, head))) {
    const old = tip ?? '0'.repeat(head.length);
    const moved = await git(root, ['update-ref', '-m', `orchestra: follow ${where}`, name, head, old]);
    if (moved.code === 0) {
      notes.push(`The agent worked on ${where}; ${branch} was moved along.`);
      // Back on the branch, which is the same commit: index and files stay as they are.
      if (at === null && operationIn(administration) === null) await git(dir, ['symbolic-ref', 'HEAD', name]);
      return name;
    }
  }
  const rescue = `refs/orchestra/rescue/${request.task}`;
  const kept = await git(root, [
    'update-ref',
    '-m',
    `orchestra: keep ${where}`,
    '--create-reflog',
    rescue,
    head,
  ]);
  if (kept.code !== 0)
    throw gitFailure(`The work on ${where} of ${dir} could not be kept as ${rescue}`, kept);
  notes.push(`The agent worked on ${where}, beside ${branch}; its commits are kept as ${rescue}.`);
  return rescue;
}
