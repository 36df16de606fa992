import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeWorktree } from '../../src/git/remove.ts';
import { rescueRefsOf } from '../../src/git/rescue.ts';
import { ensureWorktree } from '../../src/git/worktree.ts';
import { commitFiles, failureOf, repository, sh, write } from './repository.ts';

async function landed() {
  const made = repository();
  const dir = join(made.worktrees, `task 1'`);
  const branch = 'orchestra/task-1-x';
  await ensureWorktree({ root: made.root, dir, branch, commit: made.base });
  const commit = commitFiles(dir, { 'new.txt': 'x\n', '.gitignore': 'cache\n' });
  sh(made.root, 'merge', '-q', '--ff-only', commit);
  const request = { root: made.root, dir, branch, onto: 'main' as string | null, base: made.base };
  return { ...made, dir, branch, commit, request };
}

test('a landed worktree goes with its branch, and a second time nothing happens', async () => {
  const { root, request, dir, branch, worktrees } = await landed();
  expect(await removeWorktree(request)).toMatchObject({ removed: true, branchDeleted: true });
  expect(fs.existsSync(dir)).toBe(false);
  expect(fs.readdirSync(worktrees)).toEqual([]);
  expect(sh(root, 'branch', '--list', branch)).toBe('');
  expect(sh(root, 'worktree', 'list').split('\n')).toHaveLength(1);
  expect(await removeWorktree(request)).toMatchObject({ removed: false, branchDeleted: false });
});

const reasons: [string, string, (made: Awaited<ReturnType<typeof landed>>) => unknown][] = [
  ['a changed file', 'uncommitted changes in a.txt', ({ dir }) => write(dir, { 'a.txt': 'mine\n' })],
  [
    'a staged file',
    'uncommitted changes in a.txt',
    ({ dir }) => {
      write(dir, { 'a.txt': 'mine\n' });
      sh(dir, 'add', '-A');
    },
  ],
  ['an untracked file', 'untracked "my file"', ({ dir }) => write(dir, { 'my file': 'x' })],
  ['an ignored file', 'ignored or nested cache/', ({ dir }) => write(dir, { 'cache/x': 'x' })],
  ['a commit not landed', '1 commit not landed on main', ({ dir }) => commitFiles(dir, { 'more.txt': 'x' })],
  [
    'a commit of a detached HEAD',
    '1 commit not landed on main',
    ({ dir }) => {
      sh(dir, 'checkout', '-q', '--detach');
      commitFiles(dir, { 'more.txt': 'x' });
    },
  ],
  [
    'a commit that only the branch has',
    '2 commits not landed on main',
    ({ dir }) => {
      commitFiles(dir, { 'more.txt': 'x' });
      commitFiles(dir, { 'more.txt': 'y' });
      sh(dir, 'checkout', '-q', '--detach', 'main');
    },
  ],
  [
    'a nested repository with work of its own',
    'ignored or nested sub/',
    ({ dir, root }) => {
      sh(root, 'clone', '-q', root, join(dir, 'sub'));
      const mine = commitFiles(dir, {});
      sh(root, 'merge', '-q', '--ff-only', mine);
    },
  ],
  [
    'a folder that git cannot look into',
    'ignored or nested dddd',
    ({ dir }) => {
      // Too deep for a path, which stops root too.
      const deep =
        'd=dddddddddddddddddddd; for i in $(seq 200); do mkdir $d; cd $d; done; echo mine > mine.txt';
      execFileSync('bash', ['-ec', deep], { cwd: dir });
    },
  ],
  [
    'a lock of the user',
    'is locked (mine)',
    ({ dir, root }) => sh(root, 'worktree', 'lock', '--reason', 'mine', dir),
  ],
  [
    'a base branch that is gone',
    'the branch main no longer exists',
    ({ root }) => {
      sh(root, 'checkout', '-q', '--detach');
      sh(root, 'branch', '-q', '-D', 'main');
    },
  ],
];

test.each(reasons)('%s keeps it', async (_, words, spoil) => {
  const made = await landed();
  // Hidden from git's own check, never from ours.
  sh(made.root, 'config', 'status.showUntrackedFiles', 'no');
  spoil(made);
  const failure = await failureOf(removeWorktree(made.request));
  expect(failure).toMatchObject({
    code: 'refused',
    message: expect.stringContaining(words),
    hint: expect.any(String),
  });
  expect(sh(made.dir, 'rev-parse', '--show-toplevel')).toBe(made.dir);
  expect(sh(made.root, 'branch', '--list', made.branch)).not.toBe('');
});

test('ignored files go when told so', async () => {
  const { dir, request } = await landed();
  write(dir, { 'cache/x': 'x' });
  expect(await removeWorktree({ ...request, ignoredOk: true })).toMatchObject({
    removed: true,
    branchDeleted: true,
  });
});

test('a process inside keeps it', async () => {
  const { dir, request } = await landed();
  fs.mkdirSync(join(dir, 'cache'));
  const child = spawn('sleep', ['600'], { cwd: join(dir, 'cache') });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.once('spawn', resolve));
  const failure = await failureOf(removeWorktree({ ...request, ignoredOk: true }));
  expect(failure.message).toContain(`in use by process ${child.pid}`);
  child.kill('SIGKILL');
  await ended;
  expect((await removeWorktree({ ...request, ignoredOk: true })).removed).toBe(true);
});

test('a worktree without work goes though its base has no branch', async () => {
  const { root, worktrees, base } = repository();
  const request = { root, dir: join(worktrees, 'task-2'), branch: 'orchestra/task-2-y', commit: base };
  await ensureWorktree(request);
  expect((await removeWorktree({ ...request, onto: null, base })).removed).toBe(true);
  await ensureWorktree(request);
  const commit = commitFiles(request.dir, { 'x.txt': 'x' });
  expect(await failureOf(removeWorktree({ ...request, onto: null, base }))).toMatchObject({
    code: 'refused',
  });
  sh(root, 'tag', 'kept', commit);
  expect((await removeWorktree({ ...request, onto: null, base })).branchDeleted).toBe(true);
});

test('a removal that was killed is finished by the next', async () => {
  const { root, dir, request, worktrees } = await landed();
  fs.renameSync(dir, join(worktrees, `.removing-task 1'`));
  expect(await removeWorktree(request)).toMatchObject({ removed: true, branchDeleted: true });
  expect(fs.readdirSync(worktrees)).toEqual([]);
  expect(
    fs.existsSync(join(root, '.git/worktrees')) ? fs.readdirSync(join(root, '.git/worktrees')) : [],
  ).toEqual([]);
});

test('a half made worktree goes, a foreign folder stays', async () => {
  const { root, dir, request } = await landed();
  const record = join(root, '.git/worktrees', fs.readdirSync(join(root, '.git/worktrees'))[0] ?? '');
  write(record, { locked: 'initializing\n' });
  fs.rmSync(join(dir, 'a.txt'));
  expect((await removeWorktree(request)).removed).toBe(true);
  write(dir, { 'foreign.txt': 'x' });
  expect(await failureOf(removeWorktree(request))).toMatchObject({ code: 'refused' });
  expect(fs.existsSync(join(dir, 'foreign.txt'))).toBe(true);
});

test('a branch checked out elsewhere stays', async () => {
  const { root, dir, request, branch } = await landed();
  sh(dir, 'checkout', '-q', '--detach');
  sh(root, 'checkout', '-q', branch);
  expect(await removeWorktree(request)).toMatchObject({ removed: true, branchDeleted: false });
  expect(sh(root, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
});

test('what has not landed goes to a rescue ref that holds commits, changes and new files', async () => {
  const { root, dir, branch, request } = await landed();
  const mine = commitFiles(dir, { 'more.txt': 'x\n' });
  write(dir, { 'a.txt': 'changed\n', 'deep/new file': 'x\n' });
  sh(dir, 'add', 'a.txt');
  const wish = { ...request, rescueAs: 'task-1' };
  const ref = 'refs/orchestra/rescue/task-1';
  const expected = { removed: true, branchDeleted: true, rescued: ref, untracked: ['deep/'], ignored: [] };
  expect(await removeWorktree({ ...wish, dryRun: true })).toEqual(expected);
  expect(sh(dir, 'status', '--porcelain')).toBe('M  a.txt\n?? deep/');
  expect(sh(root, 'for-each-ref', 'refs/orchestra')).toBe('');
  expect(await removeWorktree(wish)).toEqual(expected);
  expect(sh(root, 'rev-parse', `${ref}^`)).toBe(mine);
  expect([sh(root, 'show', `${ref}:a.txt`), sh(root, 'show', `${ref}:deep/new file`)]).toEqual([
    'changed',
    'x',
  ]);
  expect(sh(root, 'branch', '--list', branch)).toBe('');
  expect(fs.existsSync(dir)).toBe(false);
});

test('a HEAD beside the branch is kept with it, and what is on the ref already gets no second one', async () => {
  const { root, dir, request } = await landed();
  const onBranch = commitFiles(dir, { 'one.txt': 'x' });
  sh(dir, 'checkout', '-q', '--detach', 'main');
  const beside = commitFiles(dir, { 'two.txt': 'x' });
  const wish = { ...request, rescueAs: 'task-1' };
  sh(root, 'update-ref', 'refs/orchestra/rescue/task-1', request.base);
  // Killed after the ref was made: the lock stands for the kill.
  sh(root, 'worktree', 'lock', dir);
  expect(await failureOf(removeWorktree(wish))).toMatchObject({ code: 'refused' });
  sh(root, 'worktree', 'unlock', dir);
  write(dir, { 'loose.txt': 'x' });
  const { rescued } = await removeWorktree(wish);
  expect(rescued).toBe('refs/orchestra/rescue/task-1-2');
  for (const commit of [onBranch, beside]) sh(root, 'merge-base', '--is-ancestor', commit, rescued as string);
  expect(sh(root, 'ls-tree', '--name-only', rescued as string).split('\n')).toContain('loose.txt');
  expect(await rescueRefsOf(root, 'task-1')).toHaveLength(2);
});

test('a repository inside an untracked folder is no file that a ref could keep', async () => {
  const { root, dir, request } = await landed();
  write(dir, { 'tools/notes.txt': 'x' });
  sh(root, 'clone', '-q', root, join(dir, 'tools/sub'));
  expect(await failureOf(removeWorktree({ ...request, rescueAs: 'task-1' }))).toMatchObject({
    code: 'refused',
    message: expect.stringContaining('tools/sub is a repository of its own'),
  });
  expect(fs.existsSync(join(dir, 'tools/sub/.git'))).toBe(true);
  expect(sh(root, 'for-each-ref', 'refs/orchestra')).toBe('');
});

test('what was squashed onto its branch has landed, more than that has not', async () => {
  const { root, base } = repository();
  const dir = join(root, '../task-3');
  const request = { root, dir, branch: 'orchestra/task-3-z', onto: 'main', base };
  await ensureWorktree({ ...request, commit: base });
  const commit = commitFiles(dir, { 'x.txt': 'x' });
  sh(root, 'merge', '-q', '--squash', commit);
  const squashed = commitFiles(root, {});
  const wish = { ...request, landing: { commit, landed: squashed } };
  expect(await removeWorktree({ ...wish, dryRun: true })).toMatchObject({ removed: true, rescued: null });
  commitFiles(dir, { 'y.txt': 'y' });
  expect(await failureOf(removeWorktree(wish))).toMatchObject({ code: 'refused' });
});

test('dependencies and build results go without asking, and are named', async () => {
  const { dir, request } = await landed();
  write(dir, { '.gitignore': 'node_modules\n.env\n', 'deep/node_modules/x': 'x' });
  const commit = commitFiles(dir, {});
  sh(request.root, 'merge', '-q', '--ff-only', commit);
  write(dir, { '.env': 'SECRET=1' });
  expect(await failureOf(removeWorktree(request))).toMatchObject({
    message: expect.stringContaining('ignored or nested .env'),
  });
  fs.rmSync(join(dir, '.env'));
  expect(await removeWorktree(request)).toMatchObject({ removed: true, ignored: ['deep/node_modules/'] });
});

test('a file there that a process holds open keeps it', async () => {
  const { dir, request } = await landed();
  const file = fs.openSync(join(dir, 'a.txt'), 'r');
  const child = spawn('sleep', ['600'], { cwd: '/', stdio: [file, 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  fs.closeSync(file);
  await new Promise((resolve) => child.once('spawn', resolve));
  expect((await failureOf(removeWorktree(request))).message).toContain(`process ${child.pid} (sleep)`);
});
