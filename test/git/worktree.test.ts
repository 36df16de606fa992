import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signalProcess } from '../../src/base/process.ts';
import { administrationOf } from '../../src/git/layout.ts';
import { ensureWorktree } from '../../src/git/worktree.ts';
import { commitFiles, failureOf, repository, sh, write } from './repository.ts';

function started(name?: string) {
  const made = repository(name);
  const dir = join(made.worktrees, 'task-1');
  const request = { root: made.root, dir, branch: 'orchestra/task-1-x', commit: made.base };
  return { ...made, dir, request };
}

function expectWhole(dir: string, branch: string, commit: string): void {
  expect(sh(dir, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
  expect(sh(dir, 'rev-parse', 'HEAD')).toBe(commit);
  expect(sh(dir, 'status', '--porcelain')).toBe('');
}

test.each(['plain', `sp ace ' " quote`, 'new\nline'])(
  'a worktree is made for a repository named %j',
  async (name) => {
    const { dir, request, base } = started(name);
    expect(await ensureWorktree(request)).toEqual({ created: true });
    expectWhole(dir, request.branch, base);
    expect(await ensureWorktree(request)).toEqual({ created: false });
  },
);

test('a worktree path with spaces, quotes and a newline works', async () => {
  const { worktrees, request, base } = started();
  const dir = join(worktrees, `a b"c'\nd`, 'task-1');
  await ensureWorktree({ ...request, dir });
  expectWhole(dir, request.branch, base);
  expect(await ensureWorktree({ ...request, dir })).toEqual({ created: false });
});

test('work in a whole worktree survives a repeated call', async () => {
  const { dir, request } = started();
  await ensureWorktree(request);
  const mine = commitFiles(dir, { 'mine.txt': 'x' });
  write(dir, { 'open.txt': 'y' });
  sh(dir, 'checkout', '-q', '--detach');
  expect(await ensureWorktree(request)).toEqual({ created: false });
  expect(sh(dir, 'rev-parse', 'HEAD')).toBe(mine);
  expect(fs.readFileSync(join(dir, 'open.txt'), 'utf8')).toBe('y');
});

// Each state is what SIGKILL leaves at one point of `git worktree add`, in its order.
const leftovers: Record<string, (made: ReturnType<typeof started>) => void> = {
  'the branch alone': ({ root, request }) => sh(root, 'branch', request.branch),
  'the lock of the branch': ({ root, request }) =>
    write(root, { [`.git/refs/heads/${request.branch}.lock`]: '' }),
  'a record without a path': ({ root, request }) => {
    sh(root, 'branch', request.branch);
    write(root, { '.git/worktrees/task-1/locked': 'initializing\n' });
  },
  'a record and no folder': (made) =>
    halfMade(made, (admin) => fs.rmSync(join(admin, 'index'), { force: true }), true),
  'an empty folder': ({ root, dir, request }) => {
    sh(root, 'branch', request.branch);
    fs.mkdirSync(dir, { recursive: true });
  },
  'a locked index and a part of the files': (made) =>
    halfMade(made, (admin, dir) => {
      fs.renameSync(join(admin, 'index'), join(admin, 'index.lock'));
      fs.rmSync(join(dir, 'a.txt'));
    }),
  'an empty commondir': (made) => halfMade(made, (admin) => write(admin, { commondir: '' })),
  'a part of the files and no record, with the mark of the attempt': ({ dir, worktrees }) => {
    write(worktrees, { '.preparing-task-1': '', 'task-1/a.txt': 'on' });
    expect(fs.existsSync(dir)).toBe(true);
  },
  'no HEAD yet': (made) => halfMade(made, (admin) => fs.rmSync(join(admin, 'HEAD'))),
  'all but the unlock': (made) => halfMade(made, () => {}),
};

function halfMade(
  { root, dir, request }: ReturnType<typeof started>,
  spoil: (admin: string, dir: string) => void,
  withoutFolder = false,
): void {
  sh(root, 'worktree', 'add', '-q', '-b', request.branch, dir);
  const admin = join(root, '.git', 'worktrees', 'task-1');
  write(admin, { locked: 'initializing\n' });
  spoil(admin, dir);
  if (withoutFolder) fs.rmSync(dir, { recursive: true });
}

test.each(Object.keys(leftovers))('after a kill that left %s, the worktree is made', async (state) => {
  const made = started();
  leftovers[state]?.(made);
  expect(await ensureWorktree(made.request)).toEqual({ created: true });
  expectWhole(made.dir, made.request.branch, made.base);
  expect(await ensureWorktree(made.request)).toEqual({ created: false });
});

test('a git that outlived its killed caller is ended before the worktree is rebuilt', async () => {
  const made = started();
  // A filter that never ends keeps `git worktree add` in the middle of its checkout.
  const begun = join(made.home, 'begun');
  write(made.root, { '.gitattributes': '*.slow filter=slow\n' });
  const commit = commitFiles(made.root, { 'x.slow': 'slow\n', 'z.txt': 'z\n' });
  sh(made.root, 'config', 'filter.slow.smudge', `touch '${begun}'; sleep 600`);
  const request = { ...made.request, commit };
  write(made.worktrees, { '.preparing-task-1': '' });
  const orphan = spawn('git', ['-C', made.root, 'worktree', 'add', '-b', request.branch, made.dir, commit], {
    env: { ...process.env, ORCHESTRA_PREPARES: made.dir },
    detached: true,
    stdio: 'ignore',
  });
  onTestFinished(() => {
    // The filter too, which the group holds.
    if (orphan.pid !== undefined) signalProcess(-orphan.pid, 'SIGKILL');
  });
  const ended = new Promise((resolve) => orphan.once('exit', resolve));
  await expect.poll(() => fs.existsSync(begun), { timeout: 30_000 }).toBe(true);
  sh(made.root, 'config', 'filter.slow.smudge', 'cat');
  expect(await ensureWorktree(request)).toEqual({ created: true });
  await ended;
  expectWhole(made.dir, request.branch, commit);
});

test('fifty worktrees at once are all made', async () => {
  const { root, base, worktrees } = repository();
  const requests = Array.from({ length: 50 }, (_, index) => ({
    root,
    dir: join(worktrees, `group-${index % 2}`, `task-${Math.floor(index / 2)}`),
    branch: `orchestra/task-${index}`,
    commit: base,
  }));
  // Others are at it too: git gives up when it meets a worktree half made.
  const many =
    'for i in $(seq 100); do git worktree add --quiet --detach "../rival-$i" 2>/dev/null & done; wait';
  const rivals = spawn('sh', ['-c', many], { cwd: root, stdio: 'ignore' });
  const over = new Promise((resolve) => rivals.once('exit', resolve));
  await Promise.all(requests.map((request) => ensureWorktree(request)));
  await over;
  for (const request of requests) expect(fs.existsSync(join(request.dir, 'a.txt'))).toBe(true);
  expect(sh(root, 'worktree', 'list').match(/ \[orchestra\//g)).toHaveLength(50);
});

test('a folder removed by hand comes back with the commits of its branch', async () => {
  const { dir, request, root } = started();
  await ensureWorktree(request);
  const mine = commitFiles(dir, { 'mine.txt': 'x' });
  fs.rmSync(dir, { recursive: true });
  expect(await ensureWorktree(request)).toEqual({ created: true });
  expectWhole(dir, request.branch, mine);
  sh(dir, 'checkout', '-q', '--detach');
  const loose = commitFiles(dir, { 'loose.txt': 'x' });
  fs.rmSync(dir, { recursive: true });
  await ensureWorktree(request);
  expect(sh(root, 'for-each-ref', '--contains', loose, '--format=%(refname)')).toMatch(
    /^refs\/orchestra\/rescue\//,
  );
});

test('a worktree without its .git file is attached again, files untouched', async () => {
  const { dir, request } = started();
  await ensureWorktree(request);
  write(dir, { 'open.txt': 'y' });
  fs.rmSync(join(dir, '.git'));
  expect(await ensureWorktree(request)).toEqual({ created: false });
  expect(sh(dir, 'status', '--porcelain')).toBe('?? open.txt');
});

test('what belongs to something else is a conflict and stays', async () => {
  const { dir, request, root, worktrees, base } = started();
  write(dir, { 'foreign.txt': 'x' });
  expect(await failureOf(ensureWorktree(request))).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('foreign.txt'),
  });
  expect(fs.readFileSync(join(dir, 'foreign.txt'), 'utf8')).toBe('x');
  fs.rmSync(dir, { recursive: true });

  const elsewhere = join(worktrees, 'elsewhere');
  sh(root, 'worktree', 'add', '-q', '-b', request.branch, elsewhere);
  const taken = await failureOf(ensureWorktree(request));
  expect(taken).toMatchObject({
    code: 'conflict',
    message: `The branch ${request.branch} is checked out in ${elsewhere}.`,
  });

  const aside = commitFiles(root, { 'aside.txt': 'x' });
  sh(root, 'branch', 'older', base);
  expect(await failureOf(ensureWorktree({ ...request, branch: 'older', commit: aside }))).toMatchObject({
    code: 'conflict',
  });
  expect(await failureOf(ensureWorktree({ ...request, branch: 'main/x' }))).toMatchObject({
    code: 'conflict',
  });
  const missing = { ...request, branch: 'new', commit: '1'.repeat(40) };
  expect(await failureOf(ensureWorktree(missing))).toMatchObject({ code: 'not_found' });
});

test('hooks, a hooks path and a stale main index lock do not stop it; the lock stays', async () => {
  const { root, dir, request, home, base } = started();
  write(root, { '.git/hooks/post-checkout': '#!/bin/sh\nexit 1\n', '.git/index.lock': '' });
  write(home, { 'hooks/post-checkout': `#!/bin/sh\ntouch ${home}/ran\nexit 1\n` });
  fs.chmodSync(join(root, '.git/hooks/post-checkout'), 0o755);
  fs.chmodSync(join(home, 'hooks/post-checkout'), 0o755);
  sh(root, 'config', 'core.hooksPath', join(home, 'hooks'));
  await ensureWorktree(request);
  expect(sh(dir, 'rev-parse', 'HEAD')).toBe(base);
  expect(fs.existsSync(join(home, 'ran'))).toBe(false);
  expect(fs.existsSync(join(root, '.git/index.lock'))).toBe(true);
  expect(administrationOf(join(root, '.git'), dir)).toBe(join(root, '.git/worktrees', 'task-1'));
  expect(dirname(dir)).not.toBe(root);
});

test('what git keeps of a worktree is found by the worktree, and without it or against it by the records', async () => {
  const { root, dir, request, worktrees } = started();
  const common = join(root, '.git');
  const record = join(common, 'worktrees', 'task-1');
  expect(administrationOf(common, dir)).toBeNull();
  await ensureWorktree(request);
  // One of the same name elsewhere gets another record, whichever is read first.
  const other = join(worktrees, 'beside', 'task-1');
  await ensureWorktree({ ...request, dir: other, branch: 'orchestra/other' });
  const find = () => [administrationOf(common, dir), administrationOf(common, other)];
  expect(find()).toEqual([record, `${record}1`]);
  fs.writeFileSync(join(dir, '.git'), `gitdir: ${record}1\n`);
  fs.rmSync(join(other, '.git'));
  expect(find()).toEqual([record, `${record}1`]);
  fs.rmSync(dir, { recursive: true });
  expect(find()).toEqual([record, `${record}1`]);
});
