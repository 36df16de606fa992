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
  const refused: string[] = [];
  const words: string[] = [];
  for (;;) {
    const staged = await addAll(root, env, refused);
    // A required filter that fails ends git at this file. Unfiltered it must not get in: it may be a secret.
    const path = staged.stderr.match(/^fatal: (.+): clean filter '.*' failed$/m)?.[1];
    if (path !== undefined && !refused.includes(path) && refused.length < MOST_REFUSED) {
      refused.push(path);
      words.push(gitWords(staged));
      continue;
    }
    // 1: some files were left out; anything else: nothing was done.
    if (staged.code !== 0 && staged.code !== 1)
      throw gitFailure(`The changes in ${root} could not be staged`, staged);
    if (staged.code === 1) words.push(gitWords(staged));
    return words.join(' ');
  }
}

const MOST_REFUSED = 50;

function addAll(root: string, env: Record<string, string>, without: readonly string[]): Promise<Finished> {
  const paths =
    without.length === 0 ? [] : ['--', ':/', ...without.map((path) => `:(top,exclude,literal)${path}`)];
  return git(
    root,
    ['-c', 'advice.addEmbeddedRepo=false', 'add', '-A', '--sparse', '--ignore-errors', ...paths],
    { env, timeoutMs: checkoutTimeoutMs },
  );
}

/** Makes a commit object as the user, or as `orchestra` where git knows no name. Moves no branch. Returns its id. */
export async function commitTree(
  dir: string,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const flags = parents.flatMap((parent) => ['-p', parent]);
  const input = message.endsWith('\n') ? message : `${message}\n`;
  const made = await asUser(dir, ['commit-tree', ...flags, '-F', '-', tree], input);
  if (made.code !== 0) throw gitFailure(`The commit could not be made in ${dir}`, made);
  return made.stdout.trim();
}

/** The same of what is staged, on HEAD, which it moves: one fork. False when HEAD holds just that. */
export async function commitStaged(dir: string, message: string): Promise<boolean> {
  // Not by a pipe: it would commit without the message of somebody who was killed.
  const made = await asUser(dir, ['commit', '--quiet', '--no-verify', '--cleanup=verbatim', '-m', message]);
  if (made.code === 1 && (await git(dir, ['diff-index', '--cached', '--quiet', 'HEAD'])).code === 0)
    return false;
  if (made.code !== 0) throw gitFailure(`What is staged in ${dir} could not be committed`, made);
  return true;
}

async function asUser(dir: string, args: readonly string[], input?: string): Promise<Finished> {
  const options = input === undefined ? {} : { input };
  const named = await git(dir, ['-c', 'user.useConfigOnly=true', ...args], options);
  return lacksIdentity(named) ? await git(dir, args, { ...options, env: nobody }) : named;
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
