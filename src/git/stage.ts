import type { Finished } from '../base/exec.ts';
import { checkoutTimeoutMs, git, gitFailure, gitWords } from './git.ts';

const anonymous = 'orchestra';
const nobody = {
  GIT_AUTHOR_NAME: anonymous,
  GIT_AUTHOR_EMAIL: 'orchestra@localhost',
  GIT_COMMITTER_NAME: anonymous,
  GIT_COMMITTER_EMAIL: 'orchestra@localhost',
};

/**
 * Puts the whole working tree but the ignored files into the index (the one in `env.GIT_INDEX_FILE` when given).
 * Returns git's words for what it could not take, such as an unreadable file; '' when it took everything.
 */
export async function stageAll(root: string, env: Record<string, string> = {}): Promise<string> {
  const staged = await git(
    root,
    ['-c', 'advice.addEmbeddedRepo=false', 'add', '-A', '--sparse', '--ignore-errors'],
    {
      env,
      timeoutMs: checkoutTimeoutMs,
    },
  );
  if (staged.code === 0) return '';
  // 1: some files were left out; anything else: nothing was done.
  if (staged.code === 1) return gitWords(staged);
  throw gitFailure(`The changes in ${root} could not be staged`, staged);
}

/** Makes a commit object as the user, or as `orchestra` where git knows no name. Moves no branch. Returns its id. */
export async function commitTree(
  dir: string,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const args = ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree];
  const input = message.endsWith('\n') ? message : `${message}\n`;
  const named = await git(dir, ['-c', 'user.useConfigOnly=true', ...args], { input });
  const made = lacksIdentity(named) ? await git(dir, args, { input, env: nobody }) : named;
  if (made.code !== 0) throw gitFailure(`The commit could not be made in ${dir}`, made);
  return made.stdout.trim();
}

/** What to add to the environment so that git can name a committer: nothing where it knows the user. */
export async function committerFor(dir: string): Promise<Record<string, string>> {
  const known = await git(dir, ['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT']);
  if (known.code === 0) return {};
  const { GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL } = nobody;
  return { GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL };
}

function lacksIdentity(finished: Finished): boolean {
  const words = /tell me who you are|auto-detection is disabled|empty ident name|consists only of disallowed/;
  return finished.code !== 0 && words.test(finished.stderr);
}
