import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wrapperOf } from '../../src/watch/wrapper-state.ts';
import { eventually, Stage } from '../support/stage.ts';

async function statusOf(stage: Stage, task = 'task-1'): Promise<string> {
  const { document } = await stage.json<any>(['status', '--all']);
  return document.tasks.find((row: { task: string }) => row.task === task)?.status;
}

/** An agent that waits until the test makes the file. */
const waiting = (stage: Stage, name = 'go') =>
  `while [ ! -e '${join(stage.config, name)}' ]; do sleep 0.05; done`;

test('a detached task returns at once and can be waited for', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake([waiting(stage), 'echo x > x.txt'], ['--detach']);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    schema: 'orchestra.task/1',
    task: 'task-1',
    status: 'queued',
    route: { tool: 'fake' },
  });
  await eventually(async () => (await statusOf(stage)) === 'running');
  fs.writeFileSync(join(stage.config, 'go'), '');
  expect(await stage.json(['wait', 'task-1'])).toMatchObject({ code: 3, document: { status: 'review' } });
});

test('cancel ends the agent and all it has started, and keeps its work', async () => {
  const stage = new Stage();
  const command = 'echo partial > partial.txt; (setsid sleep 300 &) ; trap "" TERM; sleep 300';
  const { document } = await stage.fake([command], ['--detach']);
  expect(document.task).toBe('task-1');
  await eventually(() => fs.existsSync(join(stage.home, 'worktrees/repo/task-1/partial.txt')));
  const env = { ORCHESTRA_GRACE: '1s' };
  const cancelled = await stage.json(['cancel', 'task-1'], { env });
  expect(cancelled).toMatchObject({ code: 0, document: { status: 'cancelled' } });
  const branch = (cancelled.document as any).branch;
  expect(stage.git('show', `${branch}:partial.txt`)).toBe('partial');
  expect((await stage.run(['cancel', 'task-1'])).code).toBe(1);
}, 60_000);

test('after a kill a look at the status is enough for the tasks to go on; after a stop it is not', async () => {
  const stage = new Stage();
  await stage.fake([waiting(stage), 'echo one > one.txt'], ['--detach']);
  await eventually(async () => (await statusOf(stage)) === 'running');
  const state = async () => (await stage.json<any>(['conductor', 'status'])).document;
  expect((await stage.run(['conductor', 'stop'])).code).toBe(0);
  expect((await stage.run(['status'])).stderr).toBe('');
  expect((await state()).running).toBe(false);

  expect((await stage.run(['conductor', 'start'])).code).toBe(0);
  process.kill((await state()).pid, 'SIGKILL');
  await eventually(async () => !(await state()).running);
  expect((await stage.run(['status'])).stderr).toContain('it runs again and goes on');
  fs.writeFileSync(join(stage.config, 'go'), '');
  await eventually(async () => (await statusOf(stage)) === 'review');
  expect((await stage.run(['status', 'task-1'])).stderr).toBe('');
});

test('a killed conductor costs no task: the next command starts another, which goes on', async () => {
  const stage = new Stage();
  await stage.fake([waiting(stage), 'echo one > one.txt'], ['--detach']);
  await eventually(async () => (await statusOf(stage)) === 'running');
  const before = (await stage.json<any>(['conductor', 'status'])).document;
  expect(before.running).toBe(true);
  process.kill(before.pid, 'SIGKILL');
  await eventually(async () => !(await stage.json<any>(['conductor', 'status'])).document.running);
  fs.writeFileSync(join(stage.config, 'go'), '');
  expect(await stage.json(['wait', 'task-1'])).toMatchObject({
    code: 3,
    document: { status: 'review', runs: 1, files: [{ path: 'one.txt' }] },
  });
  const after = (await stage.json<any>(['conductor', 'status'])).document;
  expect(after.pid).not.toBe(before.pid);
  expect(fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
});

test('an agent that is killed ends failed, with the signal', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake(['echo x > x.txt', 'kill -9 $$']);
  expect(code).toBe(1);
  expect(document).toMatchObject({ status: 'failed', errors: [{ class: 'killed' }] });
  expect(document.reason).toContain('SIGKILL');
});

test('a wrapper that is killed ends lost, and its agent goes with it', async () => {
  const stage = new Stage();
  await stage.fake(['sleep 300'], ['--detach']);
  const heartbeat = join(stage.home, 'runs/task-1/1/heartbeat');
  await eventually(async () => (await statusOf(stage)) === 'running' && wrapperOf({ heartbeat }));
  process.kill(wrapperOf({ heartbeat })?.pid as number, 'SIGKILL');
  expect(await stage.json(['wait', 'task-1'])).toMatchObject({
    code: 1,
    document: { status: 'failed', errors: [{ class: 'lost' }] },
  });
});

test('an agent over its time is stopped and ends failed with exit 5', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake(['sleep 300'], ['--timeout', '1s']);
  expect(code).toBe(5);
  expect(document).toMatchObject({ status: 'failed', errors: [{ class: 'timeout' }] });
});

test('a first interrupt leaves the task running and says how to get back to it', async () => {
  const stage = new Stage();
  const child = stage.start([
    'delegate',
    '--tool',
    'fake',
    '--task',
    `Wait\ndo: ${waiting(stage)}`,
    '--json',
  ]);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await eventually(() => stderr.includes('running'));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(stderr).toContain('orchestra wait task-1');
  expect(await statusOf(stage)).toBe('running');
  fs.writeFileSync(join(stage.config, 'go'), '');
  expect((await stage.run(['wait', 'task-1'])).code).toBe(3);
});

test('a second interrupt cancels it', async () => {
  const stage = new Stage();
  const child = stage.start(['delegate', '--tool', 'fake', '--task', 'Wait\ndo: sleep 300']);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await eventually(() => stderr.includes('running'));
  child.kill('SIGINT');
  await eventually(() => stderr.includes('orchestra wait task-1'));
  child.kill('SIGINT');
  await new Promise((resolve) => child.on('close', resolve));
  await eventually(async () => (await statusOf(stage)) === 'cancelled');
});

test('two delegates at the same instant on a new home both run', async () => {
  const stage = new Stage();
  const both = await Promise.all([stage.fake(['echo a > a.txt']), stage.fake(['echo b > b.txt'])]);
  expect(both.map(({ code }) => code)).toEqual([3, 3]);
  expect(new Set(both.map(({ document }) => document.task))).toEqual(new Set(['task-1', 'task-2']));
});

test('at most `parallel` run at once, the rest wait in the order of priority', async () => {
  const stage = new Stage();
  stage.env.ORCHESTRA_PARALLEL = '1';
  const log = join(stage.config, 'order');
  await stage.fake([waiting(stage)], ['--detach']);
  await eventually(async () => (await statusOf(stage)) === 'running');
  await stage.fake([`echo low >> '${log}'`], ['--detach']);
  await stage.fake([`echo high >> '${log}'`], ['--detach', '--priority', '5']);
  expect(await statusOf(stage, 'task-2')).toBe('queued');
  fs.writeFileSync(join(stage.config, 'go'), '');
  await stage.run(['wait', 'task-1', 'task-2', 'task-3']);
  expect(fs.readFileSync(log, 'utf8')).toBe('high\nlow\n');
});

test('a task after another starts when that one is done, and never when it failed', async () => {
  const stage = new Stage();
  await stage.fake(['echo a > a.txt'], ['--auto-approve', '--check', 'true']);
  expect(await stage.fake(['echo b > b.txt'], ['--after', 'task-1'])).toMatchObject({ code: 3 });
  await stage.fake(['exit 1']);
  const skipped = await stage.fake(['echo c > c.txt'], ['--after', 'task-3']);
  expect(skipped).toMatchObject({ code: 130, document: { status: 'cancelled' } });
  expect(skipped.document.reason).toContain('task-3');
});

test('what waits for a task that waits for a person says so, and nobody is kept waiting for it', async () => {
  const stage = new Stage();
  await stage.fake(['echo a > a.txt'], ['--check', 'true']);
  await stage.fake(['echo b > b.txt'], ['--after', 'task-1', '--detach']);
  const second = await stage.fake(['echo c > c.txt'], ['--after', 'task-2']);
  expect(second).toMatchObject({ code: 3, document: { status: 'queued', reason: 'after task-2 (queued)' } });
  const { document } = await stage.json<any>(['status']);
  expect(document.tasks.map(({ reason }: { reason: string }) => reason)).toEqual([
    '1 file changed; 1 check passed',
    'after task-1 (review)',
    'after task-2 (queued)',
  ]);
  expect((await stage.run(['status'])).stdout).toContain('after task-1');
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
  expect(await stage.json(['wait', 'task-2'])).toMatchObject({ code: 3, document: { status: 'review' } });
});

test('retry runs a failed task again in the same worktree, with one ledger line a run', async () => {
  const stage = new Stage();
  const flag = join(stage.config, 'fixed');
  const { code } = await stage.fake(['echo x > x.txt', `[ -e '${flag}' ] || exit 3`]);
  expect(code).toBe(1);
  fs.writeFileSync(flag, '');
  expect(await stage.json(['retry', 'task-1'])).toMatchObject({
    code: 3,
    document: { status: 'review', runs: 2, files: [{ path: 'x.txt' }] },
  });
  const lines = fs
    .readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.run)).toEqual([1, 2]);
});

test('the pane shows the output, stays after the end, and logs give the bytes', async () => {
  const stage = new Stage();
  await stage.fake(["printf 'hello \\033[31mred\\033[0m\\n'", 'echo oops >&2']);
  const screen = await eventually(async () => {
    const { stdout } = await stage.run(['peek', 'task-1']);
    return stdout.includes('ended: exit 0') && stdout;
  });
  expect(screen).toContain('hello red');
  expect((await stage.run(['logs', 'task-1'])).stdout).toBe('hello red\n');
  expect((await stage.run(['logs', 'task-1', '--raw'])).stdout).toBe('hello \u001b[31mred\u001b[0m\n');
  expect((await stage.run(['logs', 'task-1', '--stderr'])).stdout).toBe('oops\n');
  const { document } = await stage.json<any>(['attach', 'task-1']);
  expect(document.argv).toEqual(expect.arrayContaining(['tmux', '-S', join(stage.home, 'tmux.sock')]));
});

test('an agent that spends more than the budget is ended from outside, and its price is in the ledger', async () => {
  const stage = new Stage();
  const usage = { input_tokens: 1_000_000, output_tokens: 10 };
  const said = { id: 'msg_1', model: 'claude-haiku-4-5', role: 'assistant', content: [], usage };
  const event = JSON.stringify({ type: 'assistant', session_id: 's-1', message: said });
  const script = `#!/bin/sh\necho work > work.txt\necho '${event}'\nexec sleep 300\n`;
  stage.tool('spender', { format: 'claude-stream-json' }, script);
  const args = ['delegate', '--tool', 'spender', '--task', 'Spend', '--budget', '0.5'];
  const { code, document } = await stage.json<any>(args);
  expect(code).toBe(4);
  expect(document).toMatchObject({
    status: 'failed',
    errors: [{ class: 'over_budget' }],
    files: [{ path: 'work.txt' }],
    cost: { source: 'estimated' },
  });
  expect(document.cost.usd).toBeGreaterThan(0.9);
  expect(fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
});
