import { OrchestraError } from '../base/errors.ts';
import type { Finished } from '../base/exec.ts';
import { runLight } from '../base/light-exec.ts';

/** Options of a git call. `env` adds to the environment; `timeoutMs` defaults to 60 s. */
export interface GitOptions {
  env?: Record<string, string>;
  input?: string;
  timeoutMs?: number;
}

/** Time for what may write a whole working tree: ten minutes, in milliseconds. */
export const checkoutTimeoutMs = 600_000;

// The user's hooks, signing, stashing and background work have no say in what we do.
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.safecrlf=false',
  'core.quotePath=false',
  'core.filesRefLockTimeout=500',
  'core.packedRefsTimeout=5000',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'color.ui=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'rerere.enabled=false',
  'merge.autoStash=false',
  'merge.verifySignatures=false',
  'submodule.recurse=false',
  'status.showUntrackedFiles=normal',
  'branch.autoSetupMerge=false',
];
const prefix = ['--no-pager', ...settings.flatMap((setting) => ['-c', setting])];

// What a git that called us would pass on about itself.
const inherited = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_NAMESPACE',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_ATTR_SOURCE',
  'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_EXTERNAL_DIFF',
  'GIT_DIFF_OPTS',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
  'GIT_REFLOG_ACTION',
];
const environment: Record<string, string | undefined> = {
  ...Object.fromEntries(inherited.map((name) => [name, undefined])),
  LC_ALL: 'C',
  LANGUAGE: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  SSH_ASKPASS: 'true',
  GIT_EDITOR: ':',
  GIT_PAGER: 'cat',
  GIT_MERGE_AUTOEDIT: 'no',
  GIT_OPTIONAL_LOCKS: '0',
};

/**
 * Runs git in a folder, free of the caller's git environment, hooks, prompts and pager, with English messages.
 * Throws only when git is missing (`unavailable`), hangs (`timeout`) or distrusts the folder (`config`).
 */
export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<Finished> {
  let finished = await runGit(dir, args, options);
  for (let round = 0; round < 100 && meetsNewWorktree(finished); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    finished = await runGit(dir, args, options);
  }
  if (finished.startError !== undefined) {
    throw new OrchestraError('unavailable', `git could not be started (${finished.startError}).`, {
      hint: 'Install git and make sure that it is on PATH.',
    });
  }
  if (finished.timedOut) {
    throw new OrchestraError('timeout', `git ${args[0]} did not end in time in ${dir}.`);
  }
  if (finished.code !== 0 && finished.stderr.includes('dubious ownership')) {
    throw new OrchestraError('config', `git does not trust ${dir}: it belongs to another user.`, {
      hint: 'git config --global --add safe.directory <the folder>, when you trust it.',
    });
  }
  return finished;
}

async function runGit(dir: string, args: readonly string[], options: GitOptions): Promise<Finished> {
  return await runLight('git', [...prefix, '-C', dir, ...args], {
    cwd: '/',
    env: { ...environment, ...options.env },
    timeoutMs: options.timeoutMs ?? 60_000,
    maxBuffer: 256 * 1024 * 1024,
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

// git reads the records of all worktrees and fails on one that another git is writing at this moment.
function meetsNewWorktree(finished: Finished): boolean {
  return (
    finished.code !== 0 && /failed to read .*worktrees\/.*: (Success|No such file)/s.test(finished.stderr)
  );
}

/** The output of a git call that has to succeed; throws `internal` with git's own words otherwise. */
export async function gitOutput(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const finished = await git(dir, args, options);
  if (finished.code !== 0) throw gitFailure(`git ${args[0]} failed in ${dir}`, finished);
  return finished.stdout;
}

/** An `internal` error that carries git's own words. */
export function gitFailure(what: string, finished: Finished): OrchestraError {
  const words = gitWords(finished);
  return new OrchestraError('internal', words === '' ? `${what}.` : `${what}: ${words}`);
}

/** What git said on stderr, without its advice, on one line. */
export function gitWords(finished: Finished): string {
  const lines = finished.stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('hint: '));
  if (lines.length === 0 && finished.signal !== null) return `ended by ${finished.signal}`;
  return lines.slice(-6).join(' ').slice(0, 1000);
}

/** The commit a revision stands for, or null when there is none. */
export async function commitOf(dir: string, revision: string): Promise<string | null> {
  const found = await git(dir, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  return found.code === 0 ? found.stdout.trim() : null;
}

/** Whether every commit of `ancestor` is in `descendant`. Throws `internal` when one of them does not exist. */
export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  const finished = await git(dir, ['merge-base', '--is-ancestor', ancestor, descendant]);
  if (finished.code === 0 || finished.code === 1) return finished.code === 0;
  throw gitFailure(`Cannot compare ${ancestor} with ${descendant}`, finished);
}
