import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Summary } from '../../src/model/summary.ts';
import { Stage } from '../support/stage.ts';

test('a task is routed, run in its own worktree, summarised, priced and landed by approve', async () => {
  const stage = new Stage();
  stage.write({ 'notes.txt': 'my own uncommitted work\n' });
  const { code, document, stderr } = await stage.fake(
    ['echo hello > hello.txt', 'echo all done'],
    ['--check', 'test -s hello.txt'],
  );
  expect(stderr).toContain('fake');
  expect(code).toBe(3);
  const summary = Summary.parse(document);
  expect(summary).toMatchObject({
    task: 'task-1',
    status: 'review',
    tool: 'fake',
    files: [{ path: 'hello.txt', change: 'added', additions: 1, deletions: 0 }],
    branch: 'orchestra/task-1-a-task-do-echo-hello-hello-txt-d',
    base: 'main',
    cost: { usd: null, source: 'unknown', tokens: null },
    runs: 1,
    errors: [],
  });
  expect(summary.answer).toContain('all done');
  expect(summary.checks).toMatchObject([
    { command: 'test -s hello.txt', passed: true, exit: 0, commit: summary.commit },
  ]);
  expect(JSON.parse(fs.readFileSync(join(summary.logs, 'summary.json'), 'utf8'))).toEqual(document);
  expect(stage.git('status', '--porcelain')).toBe('?? notes.txt');
  expect(fs.existsSync(join(stage.repo, 'hello.txt'))).toBe(false);

  const approved = await stage.json(['approve', 'task-1']);
  expect(approved).toMatchObject({ code: 0, document: { status: 'done', reason: 'landed on main' } });
  expect(fs.readFileSync(join(stage.repo, 'hello.txt'), 'utf8')).toBe('hello\n');
  expect(stage.git('status', '--porcelain')).toBe('?? notes.txt');
  expect(fs.readFileSync(join(stage.repo, 'notes.txt'), 'utf8')).toBe('my own uncommitted work\n');
  expect(stage.git('merge-base', '--is-ancestor', summary.commit as string, 'main')).toBe('');

  const again = await stage.json(['approve', 'task-1']);
  expect(again).toMatchObject({ code: 0, document: { status: 'done' } });
  const lines = fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      schema: 'orchestra.ledger/1',
      task: 'task-1',
      run: 1,
      tool: 'fake',
      usd: null,
      source: 'unknown',
      tokens: null,
    },
  ]);
});

test('status lists the task, and in depth tells why it was routed so', async () => {
  const stage = new Stage();
  await stage.fake(['echo x > x.txt']);
  const { document } = await stage.json<any>(['status']);
  expect(document.tasks).toMatchObject([
    { task: 'task-1', status: 'review', tool: 'fake', repo: stage.repo },
  ]);
  expect(document.totals).toEqual({ tasks: 1, shown: 1, byStatus: { review: 1 } });
  const depth = await stage.run(['status', 'task-1']);
  expect(depth.stdout).toContain('--tool');
  expect(depth.stdout).toContain('x.txt');
  const table = await stage.run(['status']);
  expect(table.stdout).toMatch(/task-1\s+review/);
});

test('approve refuses a change that does not apply, names the file and changes nothing', async () => {
  const stage = new Stage();
  await stage.fake(['printf "ONE\\ntwo\\nthree\\n" > src/a.txt']);
  const before = stage.commit({ 'src/a.txt': 'uno\ntwo\nthree\n' });
  const { code, stderr } = await stage.run(['approve', 'task-1']);
  expect(code).toBe(1);
  expect(stderr).toContain('src/a.txt');
  expect(stage.git('rev-parse', 'main')).toBe(before);
  expect(stage.git('status', '--porcelain')).toBe('');
  expect((await stage.json<any>(['status'])).document.tasks[0].status).toBe('review');
});

test('reject keeps the branch', async () => {
  const stage = new Stage();
  const { document } = await stage.fake(['echo x > x.txt']);
  const rejected = await stage.json(['reject', 'task-1', '--reason', 'not what I meant']);
  expect(rejected).toMatchObject({
    code: 0,
    document: { status: 'failed', reason: 'rejected: not what I meant' },
  });
  expect(stage.git('show', `${document.branch}:x.txt`)).toBe('x');
  expect((await stage.run(['approve', 'task-1'])).code).toBe(1);
});

test('auto-approve lands by itself when all is well', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake(['echo x > x.txt'], ['--auto-approve', '--check', 'true']);
  expect(code).toBe(0);
  expect(document).toMatchObject({ status: 'done', reason: 'landed on main' });
  expect(stage.git('show', 'main:x.txt')).toBe('x');
});

test('a red check ends in failed, with the work kept on the branch', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake(
    ['echo x > x.txt', 'echo all tests pass'],
    ['--check', 'exit 4'],
    'Claim',
  );
  expect(code).toBe(1);
  expect(document).toMatchObject({
    status: 'failed',
    errors: [{ class: 'check_failed' }],
    checks: [{ command: 'exit 4', passed: false, exit: 4 }],
  });
  expect(stage.git('show', `${document.branch}:x.txt`)).toBe('x');
});

test('an agent that changes nothing and claims success is never done', async () => {
  const stage = new Stage();
  const { code, document } = await stage.fake(['echo I have implemented everything.']);
  expect(code).toBe(3);
  expect(document).toMatchObject({
    status: 'review',
    errors: [{ class: 'no_change' }],
    files: [],
    commits: [],
  });
});

test('a dry run prints the plan and changes nothing', async () => {
  const stage = new Stage();
  const { code, document } = await stage.json<any>([
    'delegate',
    '--tool',
    'fake',
    '--task',
    'Look',
    '--dry-run',
  ]);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    schema: 'orchestra.plan/1',
    plan: { task: 'task-1', tool: 'fake', workplace: { worktree: true } },
  });
  expect(fs.existsSync(stage.home)).toBe(false);
  expect(stage.git('branch', '--list')).toBe('* main');
});

test('a batch gives one summary a line', async () => {
  const stage = new Stage();
  const batch = ['one', 'two', 'three']
    .map((name) => JSON.stringify({ task: `Make it\ndo: echo ${name} > ${name}.txt` }))
    .join('\n');
  const { code, stdout } = await stage.run(['delegate', '--tool', 'fake', '--batch', '-', '--json'], {
    input: batch,
  });
  expect(code).toBe(3);
  const summaries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(summaries.map((summary) => [summary.task, summary.status, summary.files[0].path])).toEqual([
    ['task-1', 'review', 'one.txt'],
    ['task-2', 'review', 'two.txt'],
    ['task-3', 'review', 'three.txt'],
  ]);
});

test('without any agent delegate does not pretend', async () => {
  const stage = new Stage();
  fs.rmSync(join(stage.config, 'orchestra', 'tools'), { recursive: true });
  const { code, stderr } = await stage.run(['delegate', '--task', 'Fix it']);
  expect(code).toBe(2);
  expect(stderr).toContain('orchestra demo');
  expect(stderr).toContain('npm install');
  expect(fs.existsSync(stage.home)).toBe(false);
});
