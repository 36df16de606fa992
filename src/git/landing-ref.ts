import { commitOf, git, gitFailure, isAncestor } from './git.ts';

function refOf(commit: string): string {
  return `refs/orchestra/landing/${commit}`;
}

/** The commit with which `commit` came into the history of `tip` earlier: itself or its noted stand-in; else null. */
export async function earlierLanding(root: string, commit: string, tip: string): Promise<string | null> {
  if (await isAncestor(root, commit, tip)) return tip;
  const noted = await commitOf(root, refOf(commit));
  return noted !== null && (await isAncestor(root, noted, tip)) ? noted : null;
}

/** Notes, before the branch moves, which commit stands in for `commit` there. */
export async function noteLanding(root: string, commit: string, target: string): Promise<void> {
  const noted = await git(root, ['update-ref', '-m', 'orchestra: about to land', refOf(commit), target]);
  if (noted.code !== 0) throw gitFailure(`The landing of ${commit.slice(0, 12)} could not be noted`, noted);
}

/** Removes the note once the landing is known elsewhere. Safe to repeat. */
export async function forgetLanding(root: string, commit: string): Promise<void> {
  await git(root, ['update-ref', '-d', refOf(commit)]);
}
