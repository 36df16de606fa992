import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import type { Checkout } from './checkouts.ts';
import { checkoutTimeoutMs, commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { namesOf, statusOf } from './status.ts';

/** A branch that is to go from `tip` straight on to `target`. `checkout` is where it is checked out, or null. */
export interface Move {
  root: string;
  onto: string;
  checkout: Checkout | null;
  tip: string;
  target: string;
  /** How long a locked index may stay so, in milliseconds; default 2,000. */
  lockWaitMs?: number;
}

/**
 * Moves a branch, with the files where it is checked out. False when somebody else has moved it meanwhile. Throws
 * `refused` when files or a lock are in the way; then nothing was changed.
 */
export async function moveBranch(move: Move): Promise<boolean> {
  return move.checkout === null ? await moveRef(move) : await moveCheckout(move, move.checkout);
}

// Git itself compares the old tip, so a branch that moved is noticed.
async function moveRef({ root, onto, tip, target }: Move): Promise<boolean> {
  const ref = `refs/heads/${onto}`;
  const moved = await git(root, ['update-ref', '-m', 'orchestra: land', ref, target, tip]);
  if (moved.code === 0) return true;
  if ((await commitOf(root, ref)) !== tip) return false;
  throw gitFailure(`${onto} could not be moved`, moved);
}

async function moveCheckout(move: Move, checkout: Checkout): Promise<boolean> {
  const { root, onto, tip, target } = move;
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
  const deadline = performance.now() + (move.lockWaitMs ?? 2_000);
  for (;;) {
    const merged = await git(path, ['merge', ...flags, target], { timeoutMs: checkoutTimeoutMs });
    if (merged.code === 0)
      return (await commitOf(path, 'HEAD')) === target || (await holds(root, onto, target));
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

async function holds(root: string, onto: string, commit: string): Promise<boolean> {
  const tip = await commitOf(root, `refs/heads/${onto}`);
  return tip !== null && (await isAncestor(root, commit, tip));
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
