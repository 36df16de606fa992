import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTag } from '../../src/model/home.ts';
import { operation } from '../../src/operations/clean.ts';
import { openStore } from '../../src/store/store.ts';
import { openWindow } from '../../src/tmux/windows.ts';
import { repository, sh, write } from '../git/repository.ts';
import { callerIn } from './caller.ts';
import { aTaskWith } from './tasks.ts';

type Asker = ReturnType<typeof callerIn>;

async function clean(
  caller: Asker,
  given: { tasks?: string[]; dryRun?: boolean; ignored?: boolean; rescue?: boolean } = {},
) {
  const { documents } = await operation.run(caller, { tasks: [], ...given });
  return documents[0] as {
    removed: { task: string; what: string }[];
    kept: { task: string; why: string }[];
    dryRun: boolean;
  };
}

const branches = (root: string) => sh(root, 'branch', '--format=%(refname:short)').split('\n');

test('landed and empty tasks go, work stays and is named with the reason', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const landed = await aTaskWith(caller, root, { status: 'done', commit: true, landed: true });
  const failed = await aTaskWith(caller, root, { status: 'failed', commit: true });
  const empty = await aTaskWith(caller, root, { status: 'cancelled' });
  const dirty = await aTaskWith(caller, root, { status: 'cancelled' });
  const review = await aTaskWith(caller, root, { status: 'review', commit: true });
  write(dirty.dir, { 'new.txt': 'not committed' });
  const expected = {
    schema: 'orchestra.clean/1',
    removed: [
      { task: landed.task, what: `worktree, branch ${landed.branch}` },
      { task: empty.task, what: `worktree, branch ${empty.branch}` },
    ],
    kept: [
      { task: failed.task, why: `${failed.branch} has 1 commit not landed on main` },
      { task: dirty.task, why: `${dirty.dir} holds untracked new.txt` },
      { task: review.task, why: `it waits for you: orchestra approve ${review.task}` },
    ],
    dryRun: false,
  };

  const before = branches(root);
  const preview = await clean(caller, { dryRun: true });
  expect(preview).toEqual({ ...expected, dryRun: true });
  expect(branches(root)).toEqual(before);
  expect(fs.existsSync(landed.dir)).toBe(true);

  expect(await clean(caller)).toEqual(expected);
  expect(branches(root).sort()).toEqual(['main', dirty.branch, failed.branch, review.branch].sort());
  expect([landed, empty].map(({ dir }) => fs.existsSync(dir))).toEqual([false, false]);
  expect(fs.readFileSync(join(dirty.dir, 'new.txt'), 'utf8')).toBe('not committed');
  expect(fs.existsSync(join(caller.home.runs, landed.task, '1'))).toBe(true);
  expect((await clean(caller)).removed).toEqual([]);
});

test('only the named task is cleaned, and a second time says that nothing is left', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const one = await aTaskWith(caller, root, { status: 'cancelled' });
  const other = await aTaskWith(caller, root, { status: 'cancelled' });
  expect((await clean(caller, { tasks: [one.task] })).removed.map(({ task }) => task)).toEqual([one.task]);
  expect(fs.existsSync(other.dir)).toBe(true);
  expect(await clean(caller, { tasks: [one.task] })).toMatchObject({
    removed: [],
    kept: [{ task: one.task, why: 'nothing is left to remove but its logs' }],
  });
});

test('files that git ignores are kept unless they may go', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const { task, dir } = await aTaskWith(caller, root, { status: 'cancelled' });
  fs.appendFileSync(join(root, '.git/info/exclude'), 'secret.env\n');
  write(dir, { 'secret.env': 'x' });
  expect((await clean(caller, { dryRun: true })).kept).toEqual([
    { task, why: `${dir} holds ignored or nested secret.env` },
  ]);
  expect((await clean(caller)).kept).toMatchObject([{ task, why: expect.stringContaining('secret.env') }]);
  expect((await clean(caller, { ignored: true })).removed).toMatchObject([{ task }]);
  expect(fs.existsSync(dir)).toBe(false);
});

test('a task that is named goes with its work on a rescue ref, which is told beforehand and afterwards', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const one = await aTaskWith(caller, root, { status: 'failed', commit: true });
  const other = await aTaskWith(caller, root, { status: 'cancelled', commit: true });
  write(one.dir, { 'new.txt': 'not committed' });
  const removed = (task: { task: string; branch: string }, more = {}) => ({
    task: task.task,
    what: `worktree, branch ${task.branch}`,
    rescued: `refs/orchestra/rescue/${task.task}`,
    ...more,
  });
  const first = removed(one, { untracked: ['new.txt'] });
  expect(await clean(caller, { tasks: [one.task], dryRun: true })).toMatchObject({ removed: [first] });
  expect(sh(root, 'for-each-ref', 'refs/orchestra')).toBe('');
  expect(await clean(caller, { tasks: [one.task] })).toMatchObject({ removed: [first], kept: [] });
  expect(sh(root, 'show', `${first.rescued}:new.txt`)).toBe('not committed');
  expect(sh(root, 'show', `${first.rescued}:${one.task}.txt`)).toBe('work');
  expect(await clean(caller)).toMatchObject({ removed: [], kept: [{ task: other.task }] });
  expect(await clean(caller, { rescue: true })).toMatchObject({ removed: [removed(other)], kept: [] });
});

test('a repository that is gone is no reason to lose the worktree', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const { task, dir } = await aTaskWith(caller, root, { status: 'cancelled' });
  fs.rmSync(root, { recursive: true });
  expect((await clean(caller)).kept).toMatchObject([{ task, why: expect.stringContaining(root) }]);
  expect(fs.existsSync(dir)).toBe(true);
});

test('the window of a cleaned task is closed, and no other', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const store = openStore(caller.home, { write: true });
  const tag = runTag(store.homeId, 'task-1', 1);
  const other = runTag(store.homeId, 'task-2', 1);
  store.close();
  const open = (name: string, mark: string) =>
    openWindow(caller.home, { name, tag: mark, dir: root, command: ['sleep', '60'] });
  const socket = join(caller.home.root, 'tmux.sock');
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' });
  const pane = await open('task-1', tag);
  try {
    await open('task-2', other);
    const { task } = await aTaskWith(caller, root, { status: 'cancelled', pane });
    expect((await clean(caller, { tasks: [task] })).removed).toMatchObject([
      { task, what: expect.stringContaining(`window ${pane.window}`) },
    ]);
    expect(tmux('list-windows', '-a', '-F', '#{window_name}')).toBe('task-2\n');
  } finally {
    tmux('kill-server');
  }
});
