import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, Stage } from '../support/stage.ts';

const worktree = (stage: Stage, task: string) => join(stage.home, 'worktrees/repo', task);
const refs = (stage: Stage) => stage.git('for-each-ref', '--format=%(refname) %(objectname)');

test('a dry run of clean tells exactly what clean then does, and lists what no commit holds before it goes', async () => {
  const stage = new Stage();
  stage.commit({ '.gitignore': '*.env\nnode_modules/\n' });
  await stage.fake(['echo x > x.txt', 'exit 1']);
  const dir = worktree(stage, 'task-1');
  fs.mkdirSync(join(dir, 'node_modules'));
  fs.writeFileSync(join(dir, 'node_modules/m.js'), 'm');
  fs.writeFileSync(join(dir, 'later.txt'), 'not committed\n');
  fs.writeFileSync(join(dir, 'keys.env'), 'precious');
  const before = refs(stage);
  const same = async (args: string[]) => {
    const dry = await stage.json<any>(['clean', ...args, '--dry-run']);
    expect([refs(stage), fs.existsSync(dir)]).toEqual([before, true]);
    const wet = await stage.json<any>(['clean', ...args]);
    expect(wet.document).toEqual({ ...dry.document, dryRun: false });
    return wet.document;
  };
  const unlanded = { task: 'task-1', why: expect.stringContaining('later.txt') };
  expect(await same(['--ignored'])).toMatchObject({ removed: [], kept: [unlanded] });
  const precious = { task: 'task-1', why: `${dir} holds ignored or nested keys.env` };
  expect(await same(['task-1'])).toMatchObject({ removed: [], kept: [precious] });
  expect([refs(stage), fs.readFileSync(join(dir, 'keys.env'), 'utf8')]).toEqual([before, 'precious']);

  const said = await stage.run(['clean', 'task-1', '--ignored', '--dry-run']);
  for (const words of ['later.txt', 'keys.env', 'node_modules/', 'refs/orchestra/rescue/task-1'])
    expect(said.stdout).toContain(words);
  const { removed } = await same(['task-1', '--ignored']);
  expect(removed).toMatchObject([
    {
      rescued: 'refs/orchestra/rescue/task-1',
      untracked: ['later.txt'],
      ignored: ['keys.env', 'node_modules/'],
    },
  ]);
  expect(fs.existsSync(dir)).toBe(false);
  expect(stage.git('show', 'refs/orchestra/rescue/task-1:later.txt')).toBe('not committed');
  expect(stage.git('show', 'refs/orchestra/rescue/task-1:x.txt')).toBe('x');
});

test('what a cancelled task has not committed is on its branch, and a worktree that somebody uses stays', async () => {
  const stage = new Stage();
  await stage.fake(['echo half > half.txt; touch .begun', 'sleep 60'], ['--detach']);
  const dir = worktree(stage, 'task-1');
  await eventually(() => fs.existsSync(join(dir, '.begun')));
  const { document } = await stage.json<any>(['cancel', 'task-1']);
  expect(document).toMatchObject({ status: 'cancelled', branch: expect.stringContaining('task-1') });
  expect(stage.git('show', `${document.branch}:half.txt`)).toBe('half');

  const user = spawn('sleep', ['60'], { cwd: dir, stdio: 'ignore' });
  onTestFinished(() => void user.kill('SIGKILL'));
  const used = await stage.json<any>(['clean', 'task-1']);
  expect(used.document.kept).toMatchObject([
    { task: 'task-1', why: expect.stringContaining(`${user.pid} (sleep)`) },
  ]);
  expect(fs.existsSync(join(dir, 'half.txt'))).toBe(true);
  user.kill('SIGKILL');
  await eventually(() => user.signalCode !== null);
  const gone = await stage.json<any>(['clean', 'task-1']);
  expect(gone.document.removed).toMatchObject([{ task: 'task-1', rescued: 'refs/orchestra/rescue/task-1' }]);
  expect(stage.git('show', 'refs/orchestra/rescue/task-1:half.txt')).toBe('half');
});
