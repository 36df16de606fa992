import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { type Checkout, checkoutsOf } from './checkouts.ts';
import { checkoutTimeoutMs, commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { operationIn } from './layout.ts';
import { withRefLock } from './ref-lock.ts';
import { namesOf, statusOf } from './status.ts';
import { tryMerge } from './trial.ts';

/** `scratch` is a folder for temporary worktrees; `lockWaitMs` how long a locked index may stay so, default 2 s. */
export interface LandRequest {
  root: string;
  commit: string;
  onto: string;
  /** Of the merge commit, where one is needed. */
  message: string;
  scratch: string;
  lockWaitMs?: number;
}

/** `landed` is the branch's tip that holds the commit; `already` when there was nothing to do. */
export interface Landed {
  landed: string;
  already: boolean;
  how: 'none' | 'fast-forward' | 'merge';
}

/** Whether the branch holds the commit. False when the branch or the commit is gone. */
export async function isLanded(root: string, commit: string, onto: string): Promise<boolean> {
  const tip = await commitOf(root, `refs/heads/${onto}`);
  if (tip === null || (await commitOf(root, commit)) === null) return false;
  return await isAncestor(root, commit, tip);
}

/**
 * Lands a commit on a branch: fast-forward, else a merge commit tried in a temporary worktree. Uncommitted work where
 * the branch is checked out is never touched. One landing at a time in a repository; safe to repeat. Throws
 * `not_found` (branch or commit gone), `conflict` (naming the files), `refused` (files, lock or operation in the way).
 */
export async function landBranch(request: LandRequest): Promise<Landed> {
  return await withRefLock(request.root, 'land', () => land(request));
}

async function land(request: LandRequest): Promise<Landed> {
  const { root, commit, onto } = request;
  // Each round another writer has moved the branch meanwhile.
  for (let round = 0; round < 10; round += 1) {
    const tip = await tipOf(root, onto);
    if ((await commitOf(root, commit)) === null) {
      throw new OrchestraError('not_found', `The commit ${commit} is not in ${root}.`);
    }
    if (await isAncestor(root, commit, tip)) return { landed: tip, already: true, how: 'none' };
    const checkout = placeOf(await checkoutsOf(root), onto);
    const straight = await isAncestor(root, tip, commit);
    const target = straight ? commit : await tryMerge({ ...request, tip });
    const moved =
      checkout === null
        ? await moveRef(root, onto, tip, target)
        : await moveCheckout(request, checkout, tip, target);
    if (moved) return { landed: target, already: false, how: straight ? 'fast-forward' : 'merge' };
  }
  throw new OrchestraError('conflict', `${onto} keeps moving; nothing was landed.`, {
    hint: 'Approve again.',
  });
}

async function tipOf(root: string, onto: string): Promise<string> {
  const tip = await commitOf(root, `refs/heads/${onto}`);
  if (tip !== null) return tip;
  throw new OrchestraError('not_found', `The branch ${onto} no longer exists in ${root}.`, {
    hint: `Make it again with \`git branch ${onto} <commit>\`, or merge the task's branch by hand.`,
  });
}

/** The one working tree where the branch is checked out, or null. Throws `refused` when it cannot be moved there. */
function placeOf(checkouts: readonly Checkout[], onto: string): Checkout | null {
  const pending = checkouts.find((checkout) => checkout.pendingBranch === onto && checkout.branch !== onto);
  const places = checkouts.filter((checkout) => checkout.branch === onto && checkout.gitDir !== null);
  if (places.length > 1) {
    throw new OrchestraError(
      'refused',
      `${onto} is checked out in ${namesOf(places.map(({ path }) => path))}.`,
      {
        hint: 'Switch all but one of them to another branch, then approve again.',
      },
    );
  }
  const place = pending ?? places[0] ?? null;
  const operation = place?.gitDir == null ? null : operationIn(place.gitDir);
  if (place !== null && operation !== null) {
    throw new OrchestraError('refused', `A ${operation} of ${onto} is in progress in ${place.path}.`, {
      hint: 'Finish or abort it, then approve again.',
    });
  }
  return place;
}

// Git itself compares the old tip, so a branch that moved is noticed.
async function moveRef(root: string, onto: string, tip: string, target: string): Promise<boolean> {
  const ref = `refs/heads/${onto}`;
  const moved = await git(root, ['update-ref', '-m', 'orchestra: land', ref, target, tip]);
  if (moved.code === 0) return true;
  if ((await tipOf(root, onto)) !== tip) return false;
  throw gitFailure(`${onto} could not be moved`, moved);
}

async function moveCheckout(
  request: LandRequest,
  checkout: Checkout,
  tip: string,
  target: string,
): Promise<boolean> {
  const { root, onto } = request;
  const { path } = checkout;
  // Ignored files are somebody's too: git would overwrite them without a word.
  const flags = [
    '--ff-only',
    '--no-squash',
    '--commit',
    '--no-autostash',
    '--no-overwrite-ignore',
    '--no-stat',
    '--quiet',
  ];
  const deadline = performance.now() + (request.lockWaitMs ?? 2_000);
  for (;;) {
    const merged = await git(path, ['merge', ...flags, target], { timeoutMs: checkoutTimeoutMs });
    if (merged.code === 0)
      return (await commitOf(path, 'HEAD')) === target || (await isLanded(root, target, onto));
    const lock = join(checkout.gitDir ?? '', 'index.lock');
    if (/index\.lock': File exists/.test(merged.stderr)) {
      if (performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      if (fs.existsSync(lock)) throw locked(path, lock);
      continue;
    }
    if ((await commitOf(root, `refs/heads/${onto}`)) !== tip) return false;
    if ((await git(path, ['symbolic-ref', '-q', 'HEAD'])).stdout.trim() !== `refs/heads/${onto}`)
      return false;
    throw (await inTheWay(path, tip, target)) ?? gitFailure(`${onto} could not be moved in ${path}`, merged);
  }
}

function locked(path: string, lock: string): OrchestraError {
  return new OrchestraError('refused', `The index of ${path} is locked: ${lock}.`, {
    hint: 'Another git runs there, or was killed. When none runs any more, delete the file and approve again.',
  });
}

/** Names what git refused to overwrite: the user's changed, untracked or ignored files which the landing changes too. */
async function inTheWay(path: string, tip: string, target: string): Promise<OrchestraError | null> {
  const status = await statusOf(path, { everyFile: true, ignored: true });
  const names = await gitOutput(path, [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    tip,
    target,
    '--',
  ]);
  const touched = names.split('\0').filter((name) => name !== '');
  const meets = (own: string) =>
    touched.some((name) => own === name || own.startsWith(`${name}/`) || name.startsWith(ownFolder(own)));
  const changed = [...status.changed, ...status.unmerged].filter(meets);
  const untracked = [...status.untracked, ...status.ignored].filter(meets);
  if (changed.length + untracked.length === 0) return null;
  const parts = [
    changed.length > 0 ? `uncommitted changes in ${namesOf(changed)}` : '',
    untracked.length > 0 ? `files git does not track: ${namesOf(untracked)}` : '',
  ];
  return new OrchestraError(
    'refused',
    `In the way in ${path}: ${parts.filter((part) => part !== '').join('; ')}.`,
    {
      hint: 'Commit, stash or move them, then approve again. Nothing was changed.',
    },
  );
}

function ownFolder(own: string): string {
  return own.endsWith('/') ? own : `${own}/`;
}
