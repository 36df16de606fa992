import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commitAll } from '../../src/git/commit.ts';
import { ensureWorktree } from '../../src/git/worktree.ts';
import { commitFiles, failureOf, repository, sh, temporaryFolder, write } from './repository.ts';

async function working() {
  const made = repository();
  const dir = join(made.worktrees, 'task-1');
  const branch = 'orchestra/task-1-x';
  await ensureWorktree({ root: made.root, dir, branch, commit: made.base });
  const save = (message = 'Left over\n\nbody') =>
    commitAll({ root: made.root, dir, branch, message, task: 'task-1' });
  return { ...made, dir, branch, save };
}

/** Sets the environment for one test. */
function withEnv(values: Record<string, string | undefined>): void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const apply = (all: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(all)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(values);
  onTestFinished(() => apply(before));
}

test('a clean worktree gives no commit', async () => {
  const { save, base, branch } = await working();
  expect(await save()).toEqual({
    commit: null,
    parent: null,
    head: base,
    ref: `refs/heads/${branch}`,
    conflicted: [],
    notes: [],
  });
});

test('what was left is committed once, staged or not, ignored files excepted', async () => {
  const { dir, save, base } = await working();
  write(dir, { '.gitignore': 'dist\n', 'dist/x': 'x', 'new "\n.txt': 'n', 'a.txt': 'changed\n' });
  sh(dir, 'add', 'a.txt');
  fs.rmSync(join(dir, 'b.txt'));
  const saved = await save();
  const commit = sh(dir, 'rev-parse', 'orchestra/task-1-x');
  expect(saved).toMatchObject({ commit, parent: base, notes: [] });
  expect(sh(dir, 'rev-parse', 'HEAD^')).toBe(base);
  expect(sh(dir, 'log', '-1', '--format=%B|%an|%ce')).toBe('Left over\n\nbody\n|Grace|grace@example.org');
  expect(sh(dir, 'show', '--name-status', '-z', '--format=', 'HEAD')).toBe(
    'A\0.gitignore\0M\0a.txt\0D\0b.txt\0A\0new "\n.txt\0',
  );
  expect(await save()).toMatchObject({ commit: null, head: saved.commit });
});

test('what was staged and taken back again gives no commit', async () => {
  const { dir, save, base } = await working();
  const before = fs.readFileSync(join(dir, 'a.txt'), 'utf8');
  write(dir, { 'a.txt': 'changed\n' });
  sh(dir, 'add', 'a.txt');
  write(dir, { 'a.txt': before });
  expect(await save()).toMatchObject({ commit: null, head: base, notes: [] });
});

test('the message stays as it is, whatever the user has set for those he writes', async () => {
  const { root, dir, save } = await working();
  write(root, { template: 'Why?\n' });
  sh(root, 'config', 'commit.template', join(root, 'template'));
  sh(root, 'config', 'commit.cleanup', 'strip');
  sh(root, 'config', 'commit.verbose', 'true');
  write(dir, { 'a.txt': 'changed\n' });
  const message = '#1: a title\n\n\n  # body  ';
  await save(message);
  expect(sh(dir, 'log', '-1', '--format=[%B]')).toBe(`[${message}\n]`);
});

test('a commit on another branch than the own, and on none, is known', async () => {
  const { root, dir, save } = await working();
  sh(root, 'config', 'user.name', 'Grace');
  for (const words of [['--detach'], ['-b', 'aside']]) {
    sh(dir, 'checkout', '-q', ...words);
    write(dir, { 'a.txt': `changed ${words[0]}\n` });
    const saved = await save();
    expect(saved.commit).toBe(sh(dir, 'rev-parse', 'HEAD'));
  }
});

test('failing hooks, a hooks path, signing and safecrlf have no say', async () => {
  const { root, home, dir, save } = await working();
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'prepare-commit-msg',
    'post-commit',
    'reference-transaction',
  ]) {
    for (const folder of [join(root, '.git/hooks'), join(home, 'hooks')]) {
      write(folder, { [hook]: `#!/bin/sh\ntouch ${home}/ran\nexit 1\n` });
      fs.chmodSync(join(folder, hook), 0o755);
    }
  }
  write(dir, { 'new.txt': 'unix\nlines\n' });
  sh(root, 'config', 'commit.gpgSign', 'true');
  sh(root, 'config', 'gpg.program', '/bin/false');
  sh(root, 'config', 'core.autocrlf', 'true');
  sh(root, 'config', 'core.safecrlf', 'true');
  expect((await save()).commit).not.toBeNull();
  sh(root, 'config', 'core.hooksPath', join(home, 'hooks'));
  write(dir, { 'new.txt': 'dos\r\nlines\r\n' });
  expect((await save()).commit).not.toBeNull();
  expect(sh(dir, 'cat-file', 'blob', 'HEAD:new.txt')).toBe('dos\nlines');
  expect(fs.existsSync(join(home, 'ran'))).toBe(false);
});

test('a user without an identity is committed for as orchestra', async () => {
  const { root, dir, save } = await working();
  const nowhere = temporaryFolder();
  const names = ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'EMAIL'];
  withEnv({
    ...Object.fromEntries(names.map((name) => [name, undefined])),
    HOME: nowhere,
    XDG_CONFIG_HOME: nowhere,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: undefined,
  });
  sh(root, 'config', '--unset', 'user.name');
  sh(root, 'config', '--unset', 'user.email');
  write(dir, { 'new.txt': 'x' });
  await save();
  expect(sh(dir, 'log', '-1', '--format=%an <%ae> %cn <%ce>')).toBe(
    'orchestra <orchestra@localhost> orchestra <orchestra@localhost>',
  );
});

test('work on a detached HEAD moves the branch along and HEAD back to it', async () => {
  const { dir, branch, save } = await working();
  sh(dir, 'checkout', '-q', '--detach');
  const mine = commitFiles(dir, { 'mine.txt': 'x' });
  write(dir, { 'left.txt': 'y' });
  const saved = await save();
  expect(saved).toMatchObject({ head: saved.commit, ref: `refs/heads/${branch}` });
  expect(saved.notes.join()).toContain('a detached HEAD');
  expect(sh(dir, 'rev-parse', `${branch}^`)).toBe(mine);
  expect(sh(dir, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
  expect(sh(dir, 'status', '--porcelain')).toBe('');
});

test.each([
  ['a branch of its own that continues ours', ['checkout', '-q', '-b', 'feature/x'], 'branch'],
  ['our branch under another name', ['branch', '-m', 'renamed'], 'branch'],
  ['a branch that goes another way', ['checkout', '-q', 'aside'], 'rescue'],
  ['a branch without a past', ['checkout', '-q', '--orphan', 'empty'], 'rescue'],
])('work left on %s is held by a ref', async (_, command, holder) => {
  const { root, dir, branch, save } = await working();
  commitFiles(root, { 'aside.txt': 'x' });
  sh(root, 'branch', 'aside');
  commitFiles(dir, { 'first.txt': 'x' });
  sh(dir, ...command);
  write(dir, { 'left.txt': 'y' });
  const saved = await save();
  const ref = holder === 'branch' ? `refs/heads/${branch}` : 'refs/orchestra/rescue/task-1';
  expect(saved.ref).toBe(ref);
  expect(saved.notes).toHaveLength(1);
  expect(sh(root, 'rev-parse', ref)).toBe(saved.commit);
  expect(sh(root, 'show', `${ref}:left.txt`)).toBe('y');
});

test('a merge with conflicts is committed as it is, and not as a finished merge', async () => {
  const { root, dir, save } = await working();
  commitFiles(root, { 'a.txt': 'theirs\n', 'c.txt': 'c' });
  commitFiles(dir, { 'a.txt': 'ours\n' });
  expect(() => sh(dir, 'merge', 'main')).toThrow();
  const saved = await save();
  expect(saved.conflicted).toEqual(['a.txt']);
  expect(saved.notes.join(' ')).toMatch(/middle of a merge.*unresolved conflicts in a\.txt/);
  expect(sh(dir, 'log', '-1', '--format=%P').split(' ')).toHaveLength(1);
  expect(sh(dir, 'show', 'HEAD:a.txt')).toContain('<<<<<<<');
  expect(sh(dir, 'status', '--porcelain')).toBe('');
  expect(await save()).toMatchObject({ commit: null, notes: [] });
});

test('a merge that only lacks its commit is concluded', async () => {
  const { root, dir, save } = await working();
  const theirs = commitFiles(root, { 'c.txt': 'c' });
  const ours = commitFiles(dir, { 'a.txt': 'ours\n' });
  sh(dir, 'merge', '--no-commit', 'main');
  expect(await save()).toMatchObject({ commit: expect.any(String), parent: null });
  expect(sh(dir, 'log', '-1', '--format=%P')).toBe(`${ours} ${theirs}`);
});

test('a rebase with conflicts keeps its work under a rescue ref and goes on afterwards', async () => {
  const { root, dir, branch, save } = await working();
  commitFiles(root, { 'a.txt': 'theirs\n' });
  const ours = commitFiles(dir, { 'a.txt': 'ours\n' });
  expect(() => sh(dir, 'rebase', 'main')).toThrow();
  const saved = await save();
  expect(saved).toMatchObject({ ref: 'refs/orchestra/rescue/task-1', conflicted: ['a.txt'] });
  expect(sh(root, 'rev-parse', 'refs/orchestra/rescue/task-1')).toBe(saved.commit);
  expect(sh(root, 'rev-parse', branch)).toBe(ours);
  sh(dir, 'rebase', '--abort');
  expect(sh(dir, 'rev-parse', 'HEAD')).toBe(ours);
});

test('a lock left by a killed git goes, one of a living process does not', async () => {
  const { root, dir, save } = await working();
  const lock = join(root, '.git/worktrees/task-1/index.lock');
  write(dir, { 'new.txt': 'x' });
  fs.writeFileSync(lock, '');
  const child = spawn('sleep', ['600'], { cwd: dir });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.once('spawn', resolve));
  expect(await failureOf(save())).toMatchObject({ code: 'conflict', message: expect.stringContaining(lock) });
  child.kill('SIGKILL');
  await ended;
  const saved = await save();
  expect(saved.commit).not.toBeNull();
  expect(saved.notes.join()).toContain(lock);
});

test('a nested repository without commits is left, named, and does not stop the rest', async () => {
  const { dir, save } = await working();
  write(dir, { 'new.txt': 'x', 'nested/file': 'y' });
  sh(join(dir, 'nested'), 'init', '-q');
  const saved = await save();
  expect(saved.notes.join()).toContain('nested/');
  expect(sh(dir, 'show', '--name-only', '--format=', 'HEAD')).toBe('new.txt');
});

test('a worktree whose .git was removed is never taken for a repository around it', async () => {
  const { dir, home, save, branch } = await working();
  sh(home, 'init', '-q');
  fs.rmSync(join(dir, '.git'));
  write(dir, { 'new.txt': 'x' });
  expect((await save()).ref).toBe(`refs/heads/${branch}`);
  expect(sh(home, 'status', '--porcelain', '-b')).toContain('No commits yet');
  fs.rmSync(join(dir, '.git'));
  sh(dir, 'init', '-q');
  expect(await failureOf(save())).toMatchObject({ code: 'conflict' });
  fs.rmSync(dir, { recursive: true });
  expect(await save()).toMatchObject({ commit: null, notes: [expect.stringContaining('is gone')] });
});
