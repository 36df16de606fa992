import * as fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { branchTip, isSha } from './branch-tip.ts';
import { git, gitFailure } from './git.ts';
import { type Operation, operationIn, plainSettings, realPath } from './layout.ts';
import { isDirty, statusOf } from './status.ts';

/** What a folder is to git. For `none` root and commonDir are the folder itself, for `bare` the git folder. */
export interface RepoFacts {
  kind: 'none' | 'bare' | 'empty' | 'repo';
  /** Root of the working tree that holds the folder, links resolved. */
  root: string;
  /** The git folder that all worktrees of the repository share. */
  commonDir: string;
  /** Null before the first commit. `branch` is null when detached. */
  head: { branch: string | null; commit: string } | null;
  /** Anything changed, staged or untracked; null when not asked for. */
  dirty: boolean | null;
  /** Path of the folder inside root, '' at the root. */
  subdir: string;
  hasSubmodules: boolean;
  operation: Operation | null;
}

// `git rev-parse` echoes a flag it does not know, which keeps paths with newlines apart.
const separator = '--orchestra-next';
// The second where a file is called HEAD.
const unborn = /unknown revision|must come before non-option/;
const questions = [
  '--is-bare-repository',
  '--is-inside-work-tree',
  '--path-format=absolute --git-dir',
  '--git-common-dir',
  '--show-prefix',
  '--show-toplevel',
];

/**
 * Looks at a folder with one fork, none at the root of a plain repository, and one more when `dirty` is asked for. Throws
 * `usage` when the folder is missing, is a file or lies inside a `.git`, `config` when git does not trust it.
 */
export async function inspectRepo(dir: string, options: { dirty?: boolean } = {}): Promise<RepoFacts> {
  const folder = resolve(dir);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const what = fs.existsSync(folder) ? 'is not a folder' : 'does not exist';
    throw new OrchestraError('usage', `${folder} ${what}.`, { hint: 'Name an existing folder with --repo.' });
  }
  const nowhere = { head: null, dirty: null, subdir: '', hasSubmodules: false, operation: null };
  const none = (): RepoFacts => ({
    kind: 'none',
    root: realPath(folder),
    commonDir: realPath(folder),
    ...nowhere,
  });
  if (!mayBeInRepo(realPath(folder))) return none();
  const plain = plainRepo(realPath(folder));
  if (plain !== undefined)
    return { ...plain, dirty: options.dirty === true ? await isChanged(plain.root) : null };
  const args = [
    ...questions.flatMap((question) => [...question.split(' '), separator]),
    'HEAD',
    '--symbolic-full-name',
    'HEAD',
  ];
  const finished = await git(folder, ['rev-parse', ...args]);
  const answers = finished.stdout.split(`${separator}\n`).map((answer) => answer.replace(/\n$/, ''));
  const [bare, inside, gitDir, commonDir, subdir, root, head] = answers;
  if (gitDir === undefined || commonDir === undefined) {
    if (/not a git repository/.test(finished.stderr)) return none();
    throw gitFailure(`git cannot read the repository of ${folder}`, finished);
  }
  if (bare === 'true') return { kind: 'bare', root: commonDir, commonDir, ...nowhere };
  if (inside !== 'true' || root === undefined || head === undefined) {
    throw new OrchestraError('usage', `${folder} lies inside a .git folder.`, {
      hint: 'Go to the working tree of the repository.',
    });
  }
  const commit = readHead(head);
  if (commit === null && !unborn.test(finished.stderr)) {
    throw gitFailure(`git cannot read HEAD of ${root}`, finished);
  }
  return {
    kind: commit === null ? 'empty' : 'repo',
    root,
    commonDir,
    head: commit,
    dirty: options.dirty === true ? await isChanged(root) : null,
    subdir: (subdir ?? '').replace(/\/$/, ''),
    hasSubmodules: fs.existsSync(join(root, '.gitmodules')),
    operation: operationIn(gitDir),
  };
}

/** What git would say of the root of a repository where nothing is out of the ordinary; undefined where it has to be asked. */
function plainRepo(root: string): RepoFacts | undefined {
  const commonDir = join(root, '.git');
  if (![root, commonDir, join(commonDir, 'objects'), join(commonDir, 'refs')].every(isOwnFolder))
    return undefined;
  const settings = plainSettings(commonDir);
  if (settings === undefined || /bare(?!\s*=\s*false\s*$)/im.test(settings)) return undefined;
  const head = headInFiles(root);
  if (head === undefined) return undefined;
  const hasSubmodules = fs.existsSync(join(root, '.gitmodules'));
  const operation = operationIn(commonDir);
  return { kind: 'repo', root, commonDir, head, dirty: null, subdir: '', hasSubmodules, operation };
}

// git trusts nobody else's.
function isOwnFolder(path: string): boolean {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid?.();
}

function headInFiles(root: string): { branch: string | null; commit: string } | undefined {
  const path = join(root, '.git', 'HEAD');
  if (fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const text = fs.readFileSync(path, 'utf8').trimEnd();
  const branch = /^ref: refs\/heads\/(.+)$/.exec(text)?.[1];
  if (branch === undefined) return isSha(text) ? { branch: null, commit: text } : undefined;
  const commit = branchTip(root, branch);
  return commit === null ? undefined : { branch, commit };
}

// What git looks for from here upwards: without any of it there is no need to ask.
function mayBeInRepo(folder: string): boolean {
  const isBare = ['HEAD', 'objects', 'refs'].every((name) => fs.existsSync(join(folder, name)));
  if (isBare || fs.existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && mayBeInRepo(parent);
}

/** Whether anything there is changed, staged or untracked: what `dirty` says. One fork. */
export async function isChanged(root: string): Promise<boolean> {
  return isDirty(await statusOf(root));
}

function readHead(answer: string): { branch: string | null; commit: string } | null {
  const [commit, name] = answer.split('\n');
  if (commit === undefined || !isSha(commit)) return null;
  return { branch: name?.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null, commit };
}
