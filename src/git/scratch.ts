import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { ownIdentity } from '../base/process.ts';
import { checkoutTimeoutMs, git, gitFailure } from './git.ts';
import { administrationOf, commonDirOf, discard } from './layout.ts';
import { removeLeftovers } from './trial-leftovers.ts';

/**
 * Calls `work` with the folder of a temporary worktree at a commit, below `scratch`; it is removed whatever happens, and
 * what a killed process has left there goes first.
 */
export async function withCheckout<T>(
  place: { root: string; commit: string; scratch: string },
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const { root, commit, scratch } = place;
  fs.mkdirSync(scratch, { recursive: true, mode: 0o700 });
  removeLeftovers(root, scratch);
  const owner = ownIdentity();
  // The name by which leftovers are known.
  const dir = join(scratch, `land-${owner.pid}-${owner.startTime}-${randomBytes(4).toString('hex')}`);
  try {
    const added = await git(root, ['worktree', 'add', '--quiet', '--detach', '--', dir, commit], {
      timeoutMs: checkoutTimeoutMs,
    });
    if (added.code !== 0) throw gitFailure(`A temporary worktree at ${commit} could not be made`, added);
    return await work(dir);
  } finally {
    discard(dir, administrationOf(commonDirOf(root), dir));
  }
}
