import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entry, Inside } from './home.ts';

/** Tasks of the fake agent, worked off and in review. */
async function reviewed(inside: Inside, agents: string[][], checks: string[] = []): Promise<string[]> {
  const tasks: string[] = [];
  for (const commands of agents) tasks.push(await inside.add(commands, { checks }));
  await inside.conduct(...tasks);
  for (const task of tasks) expect(inside.view(task)).toMatchObject({ status: 'review' });
  return tasks;
}

/** The subjects on a branch without what stands after the title. */
const subjects = ({ stage }: Inside, ...args: string[]) =>
  stage
    .git('log', '--first-parent', '--format=%s', ...args, 'main')
    .split('\n')
    .map((line) => line.replace(/ do: .*/, ''));

test('the second to land is checked on top of the first, and refused where both together fail', async () => {
  const inside = new Inside();
  const { stage } = inside;
  stage.commit({ '.gitignore': 'tools/\n' });
  // Each alone is well. The check needs a tool that the agent has put where git does not look.
  const check = 'sh tools/count.sh';
  const tool = "mkdir tools; echo 'test $(ls *.part | wc -l) -lt 2' > tools/count.sh";
  const tasks = await reviewed(
    inside,
    [
      [tool, 'echo 1 > a.part'],
      [tool, 'echo 1 > b.part'],
      [tool, 'echo 1 > other.txt'],
    ],
    [check],
  );
  const ended = await stage.run(['approve', ...tasks]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(
    `task-2 has not landed: task-2 passed alone, and on top of main 1 of 1 checks failed`,
  );
  expect(tasks.map((task) => inside.view(task).status)).toEqual(['done', 'review', 'done']);
  expect(inside.view('task-3').approved).toMatchObject({
    how: 'merge',
    checks: [{ command: check, passed: true, commit: stage.git('rev-parse', 'main') }],
  });
  expect(stage.git('ls-tree', '--name-only', 'main')).toBe('.gitignore\nREADME.md\na.part\nother.txt\nsrc');
  expect(stage.git('status', '--porcelain')).toBe('');
  expect(fs.readdirSync(join(stage.home, 'worktrees/.landing'))).toEqual([]);
  const alone = await stage.run(['approve', 'task-2']);
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was changed') });
});

test('a commit that has changed since its checks asks again, and is checked when it is named', async () => {
  const inside = new Inside();
  const { stage } = inside;
  const [task = ''] = await reviewed(inside, [['echo 1 > a.txt']], ['test ! -e bad.txt']);
  const dir = inside.view(task).runs[0]?.plan?.workplace.dir as string;
  const before = stage.git('rev-parse', 'main');
  const commit = (name: string) => {
    fs.writeFileSync(join(dir, name), 'x\n');
    stage.git('-C', dir, 'add', '-A');
    stage.git('-C', dir, 'commit', '-q', '-m', name);
    return stage.git('-C', dir, 'rev-parse', 'HEAD');
  };
  const bad = commit('bad.txt');
  const asked = await stage.run(['approve', task]);
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining(`--commit ${bad.slice(0, 12)}`) });
  expect(asked.stderr).toContain('has changed since task-1 was checked');
  expect((await stage.run(['approve', task, '--commit', bad])).stderr).toContain('1 of 1 checks failed');
  expect((await stage.run(['approve', task, '--commit', before])).stderr).toContain('not a commit that');
  expect(stage.git('rev-parse', 'main')).toBe(before);
  stage.git('-C', dir, 'rm', '-q', 'bad.txt');
  const good = commit('good.txt');
  expect(await stage.run(['approve', task, '--commit', good])).toMatchObject({ code: 0 });
  expect(inside.view(task).approved).toMatchObject({
    commit: good,
    landed: good,
    checks: [{ passed: true }],
  });
});

test('the way of landing comes from the configuration, and a flag overrides it', async () => {
  const inside = new Inside();
  const { stage } = inside;
  const two = (name: string) => [
    `echo 1 > ${name}`,
    'git add -A',
    'git commit -q -m one',
    `echo 2 >> ${name}`,
  ];
  const tasks = await reviewed(inside, [two('a.txt'), two('b.txt'), two('c.txt')]);
  const [first = '', second = '', third = ''] = tasks;
  const env = { ORCHESTRA_LANDING: 'squash' };
  expect(await stage.run(['approve', first], { env })).toMatchObject({ code: 0 });
  expect(subjects(inside)).toEqual(['A task', 'work']);
  expect(await stage.run(['approve', second, '--rebase'], { env })).toMatchObject({ code: 0 });
  expect(subjects(inside)).toEqual(['A task', 'one', 'A task', 'work']);
  expect(await stage.run(['approve', third, '--merge', '--squash'])).toMatchObject({ code: 2 });
  expect(await stage.run(['approve', third])).toMatchObject({ code: 0 });
  expect(subjects(inside)[0]).toBe('A task');
  expect(tasks.map((task) => inside.view(task).approved?.how)).toEqual(['squash', 'rebase', 'merge']);
  expect(stage.git('for-each-ref', 'refs/orchestra')).toBe('');
});

// A squash has no commit of the task in the branch by which it could be known again.
test('wherever an approval is killed, the work lands exactly once', async () => {
  const inside = new Inside();
  const { stage } = inside;
  const log = join(stage.config, 'acts');
  const points = new Set<string>();
  const acts = Array.from({ length: 30 }, (_, index) => index + 1);
  const tasks = await reviewed(
    inside,
    acts.map((act) => [`echo 1 > a${act}.txt`]),
    ['true'],
  );
  for (const act of acts) {
    const task = tasks[act - 1] as string;
    const command = ['approve', task, '--squash'];
    fs.writeFileSync(log, '');
    const child = spawn(
      process.execPath,
      ['--import', join(import.meta.dirname, 'die-at.ts'), entry, ...command],
      { env: { ...stage.env, DIE_AT: String(act), DIE_LOG: log }, cwd: stage.repo, stdio: 'ignore' },
    );
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(await stage.run(command)).toMatchObject({ code: 0 });
    expect(inside.view(task)).toMatchObject({ status: 'done', reason: 'landed on main' });
    expect(inside.counts(task)).toMatchObject({ approved: 1 });
    expect(stage.git('log', '--format=format:x', 'main', '--', `a${act}.txt`)).toBe('x');
    expect(stage.git('status', '--porcelain')).toBe('');
    expect(stage.git('for-each-ref', 'refs/orchestra')).toBe('');
    if (code === 0) break;
    const last = fs.readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) as string;
    points.add(last.replace(/^\d+ /, '').replace(stage.repo, 'repo'));
  }
  expect([...points]).toEqual(expect.arrayContaining(['git repo merge', 'git repo update-ref', 'commit']));
}, 120_000);
