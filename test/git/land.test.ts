import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLanded, landBranch } from '../../src/git/land.ts';
import { commitFiles, failureOf, finished, nothingLeft, sh, write } from './repository.ts';

test('it fast-forwards where the branch is checked out, and a second time says so', async () => {
  const made = finished({ 'new.txt': 'x\n' });
  expect(await isLanded(made.root, made.commit, 'main')).toBe(false);
  expect(await landBranch(made.request)).toEqual({
    landed: made.commit,
    already: false,
    how: 'fast-forward',
  });
  expect(fs.readFileSync(join(made.root, 'new.txt'), 'utf8')).toBe('x\n');
  expect(sh(made.root, 'status', '--porcelain')).toBe('');
  expect(await isLanded(made.root, made.commit, 'main')).toBe(true);
  expect(await landBranch(made.request)).toEqual({ landed: made.commit, already: true, how: 'none' });
  nothingLeft(made);
});

test('a base that moved gets a merge commit of the user, without hooks or signing', async () => {
  const made = finished({ 'new.txt': 'x\n' });
  const moved = commitFiles(made.root, { 'b.txt': 'moved\n' });
  for (const hook of ['pre-merge-commit', 'commit-msg', 'post-merge', 'post-checkout', 'pre-commit']) {
    write(join(made.root, '.git/hooks'), { [hook]: `#!/bin/sh\ntouch ${made.home}/ran\nexit 1\n` });
    fs.chmodSync(join(made.root, '.git/hooks', hook), 0o755);
  }
  const settings = {
    'commit.gpgSign': 'true',
    'gpg.program': '/bin/false',
    'merge.ff': 'only',
    'branch.main.mergeOptions': '--no-ff',
  };
  for (const [name, value] of Object.entries(settings)) sh(made.root, 'config', name, value);
  const { landed, how } = await landBranch(made.request);
  expect(how).toBe('merge');
  expect(sh(made.root, 'log', '-1', '--format=%H|%P|%s|%an')).toBe(
    `${landed}|${moved} ${made.commit}|Land task-1|Grace`,
  );
  expect(sh(made.root, 'status', '--porcelain')).toBe('');
  expect(fs.existsSync(join(made.home, 'ran'))).toBe(false);
  expect((await landBranch(made.request)).already).toBe(true);
  nothingLeft(made);
});

test('a conflict names the files and changes nothing', async () => {
  const made = finished({ 'a.txt': 'ours\n', 'o dd.txt': 'ours\n', 'fine.txt': 'x' });
  const moved = commitFiles(made.root, { 'a.txt': 'theirs\n', 'o dd.txt': 'theirs\n' });
  const failure = await failureOf(landBranch(made.request));
  expect(failure).toMatchObject({
    code: 'conflict',
    message: 'It conflicts with main in a.txt, "o dd.txt".',
  });
  expect(sh(made.root, 'rev-parse', 'main')).toBe(moved);
  expect(sh(made.root, 'status', '--porcelain')).toBe('');
  nothingLeft(made);
});

// The user's own work in the main working tree, as files and what is staged of them.
const beside: [string, Record<string, string>, string[]][] = [
  ['unstaged', { 'b.txt': 'mine\n' }, []],
  ['staged', { 'b.txt': 'mine\n' }, ['b.txt']],
  ['untracked', { 'mine.txt': 'mine\n' }, []],
  ['staged and new', { 'mine.txt': 'mine\n' }, ['mine.txt']],
];

test.each(beside)('%s work beside it stays as it is, with and without a merge', async (_, files, staged) => {
  for (const merge of [false, true]) {
    const made = finished({ 'a.txt': 'ours\n' });
    if (merge) commitFiles(made.root, { 'other.txt': 'x' });
    write(made.root, files);
    if (staged.length > 0) sh(made.root, 'add', ...staged);
    const before = sh(made.root, 'status', '--porcelain');
    await landBranch(made.request);
    expect(sh(made.root, 'status', '--porcelain')).toBe(before);
    for (const [path, content] of Object.entries(files)) {
      expect(fs.readFileSync(join(made.root, path), 'utf8')).toBe(content);
    }
    expect(fs.readFileSync(join(made.root, 'a.txt'), 'utf8')).toBe('ours\n');
  }
});

const overlapping: [string, Record<string, string>, Record<string, string>, string[], string][] = [
  ['an unstaged change', { 'a.txt': 'ours\n' }, { 'a.txt': 'mine\n' }, [], 'uncommitted changes in a.txt'],
  [
    'a staged change',
    { 'a.txt': 'ours\n' },
    { 'a.txt': 'mine\n' },
    ['a.txt'],
    'uncommitted changes in a.txt',
  ],
  [
    'an untracked file',
    { 'new file': 'ours\n' },
    { 'new file': 'mine\n' },
    [],
    'git does not track: "new file"',
  ],
  ['an ignored file', { '.env': 'ours\n' }, { '.env': 'mine\n' }, [], 'git does not track: .env'],
  [
    'a folder of the same name',
    { thing: 'ours\n' },
    { 'thing/mine': 'mine\n' },
    [],
    'git does not track: thing/mine',
  ],
  [
    'a file where a folder comes',
    { 'thing/ours': 'x\n' },
    { thing: 'mine\n' },
    [],
    'git does not track: thing',
  ],
];

test.each(overlapping)('%s in the way is named and kept', async (_, theirs, mine, staged, words) => {
  const made = finished(theirs);
  write(made.root, { ...mine, '.git/info/exclude': '.env\n' });
  if (staged.length > 0) sh(made.root, 'add', ...staged);
  const before = sh(made.root, 'status', '--porcelain');
  const failure = await failureOf(landBranch(made.request));
  expect(failure).toMatchObject({
    code: 'refused',
    message: `In the way in ${made.root}: ${words.startsWith('git') ? `files ${words}` : words}.`,
  });
  expect(sh(made.root, 'rev-parse', 'main')).toBe(made.base);
  expect(sh(made.root, 'status', '--porcelain')).toBe(before);
  for (const [path, content] of Object.entries(mine))
    expect(fs.readFileSync(join(made.root, path), 'utf8')).toBe(content);
  nothingLeft(made);
});

test('autostash in the config never moves the work of the user', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  sh(made.root, 'config', 'merge.autoStash', 'true');
  write(made.root, { 'a.txt': 'mine\n' });
  expect(await failureOf(landBranch(made.request))).toMatchObject({ code: 'refused' });
  expect(fs.readFileSync(join(made.root, 'a.txt'), 'utf8')).toBe('mine\n');
  expect(sh(made.root, 'stash', 'list')).toBe('');
});

test('a branch that is checked out nowhere is moved alone', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  sh(made.root, 'checkout', '-q', '-b', 'elsewhere');
  write(made.root, { 'a.txt': 'mine\n' });
  expect(await landBranch(made.request)).toMatchObject({ landed: made.commit, how: 'fast-forward' });
  expect(sh(made.root, 'rev-parse', 'main', 'elsewhere').split('\n')).toEqual([made.commit, made.base]);
  expect(sh(made.root, 'status', '--porcelain')).toBe(' M a.txt');
});

test('a branch checked out in another worktree is moved with its files', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  sh(made.root, 'checkout', '-q', '--detach');
  const other = join(made.home, 'o th\ner');
  sh(made.root, 'worktree', 'add', '-q', other, 'main');
  await landBranch(made.request);
  expect(fs.readFileSync(join(other, 'a.txt'), 'utf8')).toBe('ours\n');
  expect(sh(other, 'status', '--porcelain')).toBe('');
});

test('line endings of the user are kept', async () => {
  const made = finished({ 'new.txt': 'one\ntwo\n' });
  sh(made.root, 'config', 'core.autocrlf', 'true');
  commitFiles(made.root, { 'other.txt': 'x\r\n' });
  await landBranch(made.request);
  expect(fs.readFileSync(join(made.root, 'new.txt'), 'utf8')).toBe('one\r\ntwo\r\n');
  expect(sh(made.root, 'status', '--porcelain')).toBe('');
  expect(sh(made.root, 'cat-file', 'blob', 'HEAD:new.txt')).toBe('one\ntwo');
});

test('a locked index is named and stays', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  const lock = join(made.root, '.git/index.lock');
  fs.writeFileSync(lock, '');
  expect(await failureOf(landBranch(made.request))).toMatchObject({
    code: 'refused',
    message: expect.stringContaining(lock),
  });
  expect(fs.existsSync(lock)).toBe(true);
  expect(sh(made.root, 'rev-parse', 'main')).toBe(made.base);
});

test('a merge or a rebase in progress there is refused and stays', async () => {
  const made = finished({ 'new.txt': 'x\n' });
  sh(made.root, 'checkout', '-q', '-b', 'other');
  commitFiles(made.root, { 'a.txt': 'other\n' });
  sh(made.root, 'checkout', '-q', 'main');
  const moved = commitFiles(made.root, { 'a.txt': 'main\n' });
  for (const operation of ['merge', 'rebase']) {
    expect(() => sh(made.root, operation, 'other')).toThrow();
    expect(await failureOf(landBranch(made.request))).toMatchObject({
      code: 'refused',
      message: `A ${operation} of main is in progress in ${made.root}.`,
    });
    sh(made.root, operation, '--abort');
    expect(sh(made.root, 'rev-parse', 'main')).toBe(moved);
  }
});

test('a deleted branch and a missing commit are told', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  expect(await failureOf(landBranch({ ...made.request, onto: 'gone' }))).toMatchObject({
    code: 'not_found',
    message: `The branch gone no longer exists in ${made.root}.`,
  });
  expect(await failureOf(landBranch({ ...made.request, commit: '1'.repeat(40) }))).toMatchObject({
    code: 'not_found',
  });
  expect(await isLanded(made.root, made.commit, 'gone')).toBe(false);
  nothingLeft(made);
});
