import { OrchestraError } from '../base/errors.ts';
import { type Checkout, checkoutsOf } from './checkouts.ts';
import { combine, type LandingMode, treeOf } from './combine.ts';
import { commitOf, isAncestor } from './git.ts';
import { earlierLanding, forgetLanding, noteLanding } from './landing-ref.ts';
import { operationIn } from './layout.ts';
import { moveBranch } from './move-branch.ts';
import { withRefLock } from './ref-lock.ts';
import { withCheckout } from './scratch.ts';
import { namesOf } from './status.ts';

/** `scratch` is a folder for temporary worktrees; `lockWaitMs` how long a locked index may stay so, default 2 s. */
export interface LandRequest {
  root: string;
  commit: string;
  onto: string;
  /** Default `merge`. */
  mode?: LandingMode;
  /** Of the merge or squash commit, where one is needed. */
  message: string;
  scratch: string;
  lockWaitMs?: number;
  /**
   * Proves the result before the branch moves on from `tip`, in a temporary worktree that holds it; throws when it does not hold.
   * Not asked for a result with the very files of `proven`.
   */
  prove?: (dir: string, commit: string, tip: string) => Promise<void>;
  proven?: string | null;
}

/** `landed` is the branch's tip that holds the work; `already` when there was nothing to do. */
export interface Landed {
  landed: string;
  already: boolean;
  how: 'none' | 'fast-forward' | LandingMode;
}

/** Whether the branch holds the commit. False when the branch or the commit is gone. */
export async function isLanded(root: string, commit: string, onto: string): Promise<boolean> {
  const tip = await commitOf(root, `refs/heads/${onto}`);
  if (tip === null || (await commitOf(root, commit)) === null) return false;
  return await isAncestor(root, commit, tip);
}

/**
 * Lands a commit on a branch. What cannot be a fast-forward is made and proven in a temporary worktree first. Uncommitted
 * work where the branch is checked out is never touched. Safe to repeat after a kill at any point. Throws `not_found`
 * (branch or commit gone), `conflict` (naming the files), `refused` (files, lock or operation in the way), and what
 * `prove` throws; then nothing was changed.
 */
export async function landBranch(request: LandRequest): Promise<Landed> {
  const { root, scratch } = request;
  const proven = new Map<string, string>();
  if (request.proven) proven.set(await treeOf(root, request.proven), request.proven);
  // Each round another writer has moved the branch meanwhile. Proofs take long, so they hold no lock.
  for (let round = 0; round < 10; round += 1) {
    const result = await withRefLock(root, 'land', () => attempt(request, proven));
    if (result === undefined) continue;
    if ('landed' in result) return result;
    const { unproven: commit, tip } = result;
    await withCheckout({ root, scratch, commit }, async (dir) => await request.prove?.(dir, commit, tip));
    proven.set(await treeOf(root, commit), commit);
  }
  throw new OrchestraError('conflict', `${request.onto} keeps moving; nothing was landed.`, {
    hint: 'Approve again.',
  });
}

/** One try: undefined when the branch moved meanwhile, `unproven` when its result has to be proven first. */
async function attempt(
  request: LandRequest,
  proven: ReadonlyMap<string, string>,
): Promise<Landed | { unproven: string; tip: string } | undefined> {
  const { root, commit, onto, mode = 'merge' } = request;
  const tip = await tipOf(root, onto);
  if ((await commitOf(root, commit)) === null) {
    throw new OrchestraError('not_found', `The commit ${commit} is not in ${root}.`);
  }
  const before = await earlierLanding(root, commit, tip);
  if (before !== null) return { landed: before, already: true, how: 'none' };
  const checkout = placeOf(await checkoutsOf(root), onto);
  const { target: made, how } = await combine({ ...request, mode, tip });
  if (how === 'none') return { landed: tip, already: true, how };
  const same = request.prove === undefined ? made : proven.get(await treeOf(root, made));
  if (same === undefined) return { unproven: made, tip };
  // What was proven lands, not its twin of a second later; other files' proof stands for the tree alone.
  const twin = same !== commit && same !== request.proven;
  const target = twin && (await isAncestor(root, tip, same)) ? same : made;
  // A squashed or rebased commit is not in the branch: the ref tells a later attempt that it has landed.
  if (how === 'squash' || how === 'rebase') await noteLanding(root, commit, target);
  try {
    const { lockWaitMs } = request;
    const moved = await moveBranch({ root, onto, checkout, tip, target, lockWaitMs });
    return moved ? { landed: target, already: false, how } : undefined;
  } catch (error) {
    await forgetLanding(root, commit);
    throw error;
  }
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
