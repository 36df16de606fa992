import { OrchestraError } from '../base/errors.ts';
import { commitOf, gitOutput, isAncestor } from './git.ts';

/** A task's work and where it should have gone. */
export interface Work {
  root: string;
  branch: string;
  /** Where it has landed or is to land; null when it started from a detached HEAD. */
  onto: string | null;
  /** The commit it started from: nothing up to there is the task's work. */
  base?: string;
  /** What was approved, and the commit that brought it into `onto`, perhaps squashed or rebased. */
  landing?: { commit: string; landed: string } | undefined;
}

/** Throws `refused` unless a commit is on the branch where it should land, came there in another form, or is no work. */
export async function refuseUnlanded(work: Work, sha: string): Promise<void> {
  const { root, branch, onto, base } = work;
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
  if ((await isAncestor(root, sha, tip)) || (await cameInAnotherForm(work, sha, tip))) return;
  const count = (await gitOutput(root, ['rev-list', '--count', sha, `^${tip}`])).trim();
  throw refusal(
    `${branch} has ${count} ${count === '1' ? 'commit' : 'commits'} not landed on ${onto}`,
    'Approve the task first, or name it: then a ref keeps them.',
  );
}

function refusal(message: string, hint: string): OrchestraError {
  return new OrchestraError('refused', `${message}; it was kept.`, { hint });
}

async function cameInAnotherForm({ root, landing }: Work, sha: string, tip: string): Promise<boolean> {
  if (landing === undefined) return false;
  const { commit, landed } = landing;
  for (const known of [commit, landed]) if ((await commitOf(root, known)) === null) return false;
  return (await isAncestor(root, sha, commit)) && (await isAncestor(root, landed, tip));
}

async function heldElsewhere(root: string, branch: string, sha: string): Promise<boolean> {
  const kinds = ['refs/heads', 'refs/remotes', 'refs/tags'];
  const output = await gitOutput(root, ['for-each-ref', '--format=%(refname)', '--contains', sha, ...kinds]);
  return output.split('\n').some((name) => name !== '' && name !== `refs/heads/${branch}`);
}
