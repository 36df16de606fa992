import { OrchestraError } from '../base/errors.ts';
import type { Finished } from '../base/exec.ts';
import { checkoutTimeoutMs, commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { withCheckout } from './scratch.ts';
import { commitTree, committerFor } from './stage.ts';
import { namesOf } from './status.ts';

/** How work comes onto a branch: with a merge commit where one is needed, as one commit, or commit by commit on top. */
export type LandingMode = 'merge' | 'squash' | 'rebase';

/** `commit` is to come on top of `tip`, the present end of the branch `onto` (a name for messages). */
export interface Combination {
  root: string;
  tip: string;
  commit: string;
  onto: string;
  mode: LandingMode;
  /** Of the commit that a merge or squash makes. */
  message: string;
  scratch: string;
}

/** The commit to which the branch would move, and what was needed for it. No branch holds it yet. */
export interface Combined {
  target: string;
  how: 'none' | 'fast-forward' | LandingMode;
}

/**
 * Makes the commit that joins both, apart from everybody's files. `none` when the branch would not change. Throws
 * `conflict` naming the files.
 */
export async function combine(wanted: Combination): Promise<Combined> {
  const { root, tip, commit, mode, message } = wanted;
  const straight = await isAncestor(root, tip, commit);
  if (mode === 'squash') {
    const tree = straight ? await treeOf(root, commit) : await mergedTree(wanted);
    if (tree === (await treeOf(root, tip))) return { target: tip, how: 'none' };
    return { target: await commitTree(root, tree, [tip], message), how: 'squash' };
  }
  if (straight) return { target: commit, how: 'fast-forward' };
  if (mode === 'rebase') {
    const target = await rebased(wanted);
    return { target, how: target === tip ? 'none' : 'rebase' };
  }
  const target = await commitTree(root, await mergedTree(wanted), [tip, commit], message);
  return { target, how: 'merge' };
}

/** The tree of a commit. */
export async function treeOf(root: string, commit: string): Promise<string> {
  return (await gitOutput(root, ['rev-parse', '--verify', `${commit}^{tree}`])).trim();
}

async function mergedTree(wanted: Combination): Promise<string> {
  const { root, scratch, tip, commit } = wanted;
  return await withCheckout({ root, scratch, commit: tip }, async (dir) => {
    const flags = ['--no-commit', '--no-ff', '--no-squash', '--no-autostash', '--no-stat', '--quiet'];
    // It makes no commit, but the name has to be there for git to start at all.
    const env = { GIT_COMMITTER_NAME: 'orchestra', GIT_COMMITTER_EMAIL: 'orchestra@localhost' };
    const merged = await git(dir, ['merge', ...flags, commit], { timeoutMs: checkoutTimeoutMs, env });
    if (merged.code !== 0) throw await explain(dir, wanted, merged);
    return (await gitOutput(dir, ['write-tree'])).trim();
  });
}

// Other branches, fixup marks and merges among the commits have no say in it.
const rebaseSettings = [
  'rebase.updateRefs=false',
  'rebase.autoSquash=false',
  'rebase.autoStash=false',
  'rebase.rebaseMerges=false',
  'rebase.forkPoint=false',
];

async function rebased(wanted: Combination): Promise<string> {
  const { root, scratch, tip, commit } = wanted;
  return await withCheckout({ root, scratch, commit }, async (dir) => {
    const settings = rebaseSettings.flatMap((setting) => ['-c', setting]);
    const flags = ['--merge', '--empty=drop', '--no-stat', '--quiet'];
    const moved = await git(dir, [...settings, 'rebase', ...flags, tip], {
      timeoutMs: checkoutTimeoutMs,
      env: await committerFor(dir),
    });
    if (moved.code !== 0) throw await explain(dir, wanted, moved);
    const head = await commitOf(dir, 'HEAD');
    if (head === null) throw gitFailure(`${commit.slice(0, 12)} could not be rebased`, moved);
    return head;
  });
}

async function explain(dir: string, { commit, onto }: Combination, finished: Finished): Promise<Error> {
  if (finished.stderr.includes('unrelated histories')) {
    return new OrchestraError('refused', `${commit.slice(0, 12)} has no history in common with ${onto}.`, {
      hint: `Its commits were rewritten from the first one. Nothing was changed; take what is needed with git cherry-pick or git checkout ${commit.slice(0, 12)} -- PATH.`,
    });
  }
  const output = await gitOutput(dir, ['diff', '--name-only', '--diff-filter=U', '-z', '--no-relative']);
  const files = [...new Set(output.split('\0').filter((path) => path !== ''))];
  if (files.length === 0)
    return gitFailure(`${commit.slice(0, 12)} could not be put on top of ${onto}`, finished);
  return new OrchestraError('conflict', `It conflicts with ${onto} in ${namesOf(files)}.`, {
    hint: `Nothing was changed. Merge ${onto} into the task's branch and resolve it there, then approve again.`,
  });
}
