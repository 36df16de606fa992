import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, vi } from 'vitest';

// Many forks each: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** A temporary folder, removed after the test; links resolved. */
export function temporaryFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'orchestra-git-')));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Plain git as a user would call it; returns its output without the last newline. */
export function sh(dir: string, ...args: string[]): string {
  const identity = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  const env = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['-C', dir, ...args], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n$/, '');
}

/** Writes files, a folder for each path made as needed. */
export function write(dir: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(dirname(join(dir, path)), { recursive: true });
    fs.writeFileSync(join(dir, path), content);
  }
}

/** Writes files and commits all; returns the commit. */
export function commitFiles(dir: string, files: Record<string, string>, message = 'work'): string {
  write(dir, files);
  sh(dir, 'add', '-A');
  sh(dir, 'commit', '-q', '--allow-empty', '-m', message);
  return sh(dir, 'rev-parse', 'HEAD');
}

let template: string | undefined;

afterAll(() => {
  if (template !== undefined) fs.rmSync(template, { recursive: true, force: true });
});

// Made once a file: copying is cheaper than five forks.
function templateFolder(): string {
  if (template !== undefined) return template;
  const folder = fs.mkdtempSync(join(tmpdir(), 'orchestra-git-template-'));
  template = folder;
  sh(folder, 'init', '-q', '-b', 'main');
  sh(folder, 'config', 'user.name', 'Grace');
  sh(folder, 'config', 'user.email', 'grace@example.org');
  commitFiles(folder, { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' }, 'first');
  return folder;
}

/** A repository on `main` with one commit and an identity of its own; folders beside it for worktrees. */
export function repository(name = 'repo') {
  const home = temporaryFolder();
  const root = join(home, name);
  fs.cpSync(templateFolder(), root, { recursive: true, preserveTimestamps: true });
  const base = sh(root, 'rev-parse', 'HEAD');
  return { home, root, base, worktrees: join(home, 'worktrees'), scratch: join(home, 'scratch') };
}

/** The error that a promise rejects with, as far as tests look at it. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; hint?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { code: string; message: string; hint?: string };
  }
  throw new Error('expected a failure');
}

/** A repository whose task branch `work`, in its own worktree, has one commit with `files`. */
export function finished(files: Record<string, string>) {
  const made = repository();
  const dir = join(made.worktrees, 'task-1');
  sh(made.root, 'worktree', 'add', '-q', '-b', 'work', dir);
  const commit = commitFiles(dir, files);
  const request = {
    root: made.root,
    commit,
    onto: 'main',
    message: 'Land task-1',
    scratch: made.scratch,
    lockWaitMs: 0,
  };
  return { ...made, dir, commit, request };
}

/** That a landing has cleaned up behind itself. */
export function nothingLeft({ root, scratch }: { root: string; scratch: string }): void {
  expect(fs.existsSync(scratch) ? fs.readdirSync(scratch) : []).toEqual([]);
  expect(fs.readdirSync(join(root, '.git/worktrees'))).toEqual(['task-1']);
  expect(sh(root, 'for-each-ref', 'refs/orchestra')).toBe('');
}
