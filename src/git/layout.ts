import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { readIfExists } from '../base/files.ts';

/** What git may be in the middle of in a working tree. */
export type Operation = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert' | 'bisect';

/** The path with its links resolved, or made absolute when it does not exist. */
export function realPath(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The git folder that a working tree's `.git` is or points to, or null when there is none. No fork. */
export function gitDirOf(workTree: string): string | null {
  const path = join(workTree, '.git');
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isDirectory()) return path;
  const text = readIfExists(path);
  return text?.startsWith('gitdir: ') ? resolve(workTree, stripNewline(text.slice('gitdir: '.length))) : null;
}

/** The git folder that all worktrees of the repository share. Throws `not_found` when the root is no working tree. */
export function commonDirOf(root: string): string {
  const gitDir = gitDirOf(root);
  if (gitDir === null || !fs.existsSync(gitDir)) {
    throw new OrchestraError('not_found', `${root} is not a git working tree any more.`);
  }
  const common = readIfExists(join(gitDir, 'commondir'));
  return common === undefined ? gitDir : resolve(gitDir, stripNewline(common));
}

/** A repository's own settings as they stand in its file; undefined where they may put its parts elsewhere. No fork. */
export function plainSettings(commonDir: string): string | undefined {
  const settings = readIfExists(join(commonDir, 'config'));
  return settings === undefined || /worktree|include/i.test(settings) ? undefined : settings;
}

/** The folder `.git/worktrees/<id>` that git keeps for a worktree, or null when it knows none at that path. No fork. */
export function administrationOf(commonDir: string, dir: string): string | null {
  const name = basename(dir);
  const wanted = join(realPath(dirname(resolve(dir))), name, '.git');
  const worktrees = join(commonDir, 'worktrees');
  const isOf = (record: string) => {
    const gitFile = gitFileOf(record);
    return gitFile !== null && basename(dirname(gitFile)) === name && realGitFile(gitFile) === wanted;
  };
  // The worktree itself tells, unless somebody has been at it: then, and before it is made, all are looked through.
  const own = gitDirOf(dir);
  if (own !== null && dirname(own) === worktrees && isOf(own)) return own;
  return recordsIn(worktrees).find(isOf) ?? null;
}

/** Whether git knows a worktree of the repository at that path. No fork. */
export function isWorktree(root: string, dir: string): boolean {
  return administrationOf(commonDirOf(root), dir) !== null;
}

/** All folders `.git/worktrees/<id>` with the `.git` file of the worktree each belongs to. */
export function administrations(commonDir: string): { path: string; gitFile: string }[] {
  // Most worktrees lie side by side.
  const known = new Map<string, string>();
  const real = (folder: string) => {
    const path = known.get(folder) ?? realPath(folder);
    known.set(folder, path);
    return path;
  };
  return recordsIn(join(commonDir, 'worktrees')).flatMap((path) => {
    const gitFile = gitFileOf(path);
    return gitFile === null ? [] : [{ path, gitFile: realGitFile(gitFile, real) }];
  });
}

function recordsIn(worktrees: string): string[] {
  return fs.existsSync(worktrees) ? fs.readdirSync(worktrees).map((name) => join(worktrees, name)) : [];
}

/** What a record says, links and all. */
function gitFileOf(record: string): string | null {
  const text = readIfExists(join(record, 'gitdir'));
  return text === undefined || text.trim() === '' ? null : resolve(record, stripNewline(text));
}

// The worktree itself may be gone; its folder tells where it was.
function realGitFile(gitFile: string, real = realPath): string {
  const dir = dirname(gitFile);
  return join(real(dirname(dir)), basename(dir), '.git');
}

/** Whether git was killed while it made this worktree, so that nobody has worked in it yet. */
export function isUnfinished(administration: string): boolean {
  return lockReason(administration) === 'initializing';
}

/** Why a worktree is locked, or null; '' when no reason was given. */
export function lockReason(administration: string): string | null {
  return readIfExists(join(administration, 'locked'))?.trim() ?? null;
}

/** What git is in the middle of, by the files it keeps for it. No fork. */
export function operationIn(gitDir: string): Operation | null {
  const has = (name: string) => fs.existsSync(join(gitDir, name));
  if (has('rebase-merge')) return 'rebase';
  if (has('rebase-apply')) return has('rebase-apply/applying') ? 'am' : 'rebase';
  if (has('MERGE_HEAD')) return 'merge';
  if (has('CHERRY_PICK_HEAD')) return 'cherry-pick';
  if (has('REVERT_HEAD')) return 'revert';
  return has('BISECT_LOG') ? 'bisect' : null;
}

/** The branch that a rebase or bisect there will come back to, or null. */
export function branchInOperation(gitDir: string): string | null {
  const names = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'];
  const found = names
    .map((name) => readIfExists(join(gitDir, name))?.trim())
    .find((text) => text !== undefined);
  return found?.replace(/^refs\/heads\//, '') ?? null;
}

/** Removes a worktree's folder, then what git keeps for it; safe to repeat after a kill. */
export function discard(dir: string, administration: string | null): void {
  fs.rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  if (administration !== null) fs.rmSync(administration, { recursive: true, force: true, maxRetries: 3 });
}

function stripNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
