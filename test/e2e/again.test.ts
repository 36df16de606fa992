import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ProcessIdentity, processesWithEnv, signalProcess } from '../../src/base/process.ts';
import { homeAt } from '../../src/model/home.ts';
import { readLock } from '../../src/store/conductor-lock.ts';
import { eventually, Stage } from '../support/stage.ts';

/** A tool with sessions: its `n`th run does the `n`th script of the folder FAKE_SCRIPTS, and says so as a stream. */
const sessionAgent = `#!/usr/bin/env bash
run=$(basename "$ORCHESTRA_RUN_DIR")
prompt=$(cat)
printf '%s' "$prompt" > "$ORCHESTRA_RUN_DIR/seen"
printf '%s' "$ORCHESTRA_SESSION" > "$ORCHESTRA_RUN_DIR/seen-session"
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"m"}'
source "$FAKE_SCRIPTS/$run"
`;

const result = (fields: object) =>
  JSON.stringify({
    ...{ type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id: 's-1' },
    ...{ total_cost_usd: 0.25, usage: { input_tokens: 10, output_tokens: 5 }, terminal_reason: 'completed' },
    ...fields,
  });
const good = `echo '${result({})}'`;
const refused = (status: number, type: string) =>
  `echo '${result({ is_error: true, terminal_reason: 'api_error', api_error_status: status, api_error_type: type, result: `API Error: ${status}` })}'; exit 1`;

interface Summary {
  status: string;
  reason: string;
  runs: number;
  tool: string;
  task: string;
  errors: { class: string; message: string }[];
  cost: { usd: number | null };
}

function stageWith(scripts: string[], tools: string[] = ['talks']): Stage {
  const stage = new Stage();
  const folder = join(stage.config, 'scripts');
  fs.mkdirSync(folder, { recursive: true });
  for (const [index, text] of scripts.entries()) fs.writeFileSync(join(folder, String(index + 1)), text);
  for (const name of tools) {
    stage.tool(name, { format: 'claude-stream-json', more: 'resume: true\n' }, sessionAgent);
  }
  Object.assign(stage.env, { FAKE_SCRIPTS: folder, ORCHESTRA_ATTEMPTS: '3' });
  return stage;
}

const seen = (stage: Stage, task: string, run: number, file = 'seen') =>
  fs.readFileSync(join(stage.home, 'runs', task, String(run), file), 'utf8');

const ledger = (stage: Stage) =>
  fs
    .readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { task: string; run: number; status: string; usd: number });

const types = async (stage: Stage, task: string) =>
  (await stage.json<{ events: { type: string }[] }>(['status', task])).document.events.map(
    ({ type }) => type,
  );

test('a failed check is mended in the same session, as one task with two runs whose costs add up', async () => {
  const stage = stageWith([`echo bad > sum.txt; ${good}`, `echo good > sum.txt; ${good}`]);
  const check = 'cat sum.txt; grep -q good sum.txt';
  const { document, code } = await stage.json<Summary>([
    'delegate',
    '--tool',
    'talks',
    '--task',
    'Write the sum',
    '--check',
    check,
  ]);
  expect(document).toMatchObject({ status: 'review', runs: 2, cost: { usd: 0.5 }, errors: [] });
  expect(code).toBe(3);
  expect(seen(stage, 'task-1', 1)).toBe('Write the sum');
  expect(seen(stage, 'task-1', 2)).toContain(
    `The check \`${check}\` does not pass: it ended with exit status 1.`,
  );
  expect(seen(stage, 'task-1', 2)).toContain('bad');
  expect(seen(stage, 'task-1', 2, 'seen-session')).toBe('s-1');
  expect(ledger(stage).map(({ run, status }) => [run, status])).toEqual([
    [1, 'failed'],
    [2, 'review'],
  ]);
  expect((await types(stage, 'task-1')).filter((type) => type !== 'progressed')).toEqual(
    'requested routed planned spawned ended parsed verified settled queued planned spawned ended parsed verified settled'.split(
      ' ',
    ),
  );
  expect(fs.existsSync(join(stage.home, 'runs', 'task-1', 'environment.json'))).toBe(false);
});

test('when its attempts are used up the task has failed, and its branch has the work', async () => {
  const stage = stageWith([`echo bad > sum.txt; ${good}`, `echo worse > sum.txt; ${good}`]);
  const { document, code } = await stage.json<Summary & { branch: string }>([
    'delegate',
    '--tool',
    'talks',
    '--task',
    'Write the sum',
    '--check',
    'grep good sum.txt',
    '--attempts',
    '2',
  ]);
  expect(document).toMatchObject({ status: 'failed', runs: 2, errors: [{ class: 'check_failed' }] });
  expect(code).toBe(1);
  expect(stage.git('show', `${document.branch}:sum.txt`)).toBe('worse');
});

test('the budget of a task ends its attempts', async () => {
  const stage = stageWith([`echo bad > sum.txt; ${good}`]);
  const { document } = await stage.json<Summary>([
    'delegate',
    '--tool',
    'talks',
    '--task',
    'x',
    '--check',
    'false',
    '--budget',
    '0.25',
  ]);
  expect(document).toMatchObject({ status: 'failed', runs: 1 });
  expect(document.reason).toContain('not tried again: task-1 has used up its budget: $0.2500 of $0.25.');
});

test('a killed agent goes on in its session, and one ended at the keyboard does not', async () => {
  const stage = stageWith([`kill -KILL $$`, `echo x > a.txt; ${good}`]);
  const { document } = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'Write a file']);
  expect(document).toMatchObject({ status: 'review', runs: 2 });
  expect(seen(stage, 'task-1', 2)).toContain('Your last turn was cut short (killed: killed by SIGKILL');
  fs.writeFileSync(join(stage.env.FAKE_SCRIPTS as string, '1'), 'kill -INT $$; sleep 5');
  const { document: second } = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'Again']);
  expect(second).toMatchObject({ status: 'failed', runs: 1, errors: [{ class: 'killed' }] });
});

test('a limit parks the task until it lifts, and then it goes on by itself', async () => {
  const stage = stageWith([
    `echo "{\\"type\\":\\"rate_limit_event\\",\\"rate_limit_info\\":{\\"status\\":\\"rejected\\",\\"resetsAt\\":$(( $(date +%s) + 3 ))}}"; ${refused(429, 'rate_limit_error')}`,
    `echo x > a.txt; ${good}`,
  ]);
  await stage.run(['delegate', '--tool', 'talks', '--task', 'Write a file', '--detach']);
  await eventually(async () => (await types(stage, 'task-1')).includes('parked'));
  const { document } = await stage.json<Summary>(['wait', 'task-1']);
  expect(document).toMatchObject({ status: 'review', runs: 2 });
});

test('a task that is asked for after a key was refused tries it again', async () => {
  const stage = stageWith([refused(401, 'authentication_error')]);
  const first = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'One']);
  expect(first.document).toMatchObject({ status: 'failed', runs: 1, errors: [{ class: 'auth' }] });
  // Asked for after the refusal: somebody may have mended it, so it tries.
  fs.writeFileSync(join(stage.env.FAKE_SCRIPTS as string, '1'), `echo x > b.txt; ${good}`);
  const second = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'Two']);
  expect(second.document).toMatchObject({ status: 'review' });
});

test('one dead key does not burn the queue: what waits is parked, and resume lets it go on', async () => {
  const stage = stageWith([
    `while [ ! -e "$FAKE_SCRIPTS/go" ]; do sleep 0.05; done; ${refused(401, 'authentication_error')}`,
  ]);
  stage.env.ORCHESTRA_PARALLEL = '1';
  for (const name of ['One', 'Two', 'Three']) {
    await stage.run(['delegate', '--tool', 'talks', '--task', name, '--detach']);
  }
  fs.writeFileSync(join(stage.env.FAKE_SCRIPTS as string, 'go'), '');
  const { document: first, code } = await stage.json<Summary>(['wait', 'task-2']);
  expect(first.reason).toContain('talks is held back: auth in task-1');
  expect(first).toMatchObject({ status: 'parked', runs: 1 });
  expect(code).toBe(3);
  expect((await stage.json<Summary>(['wait', 'task-3'])).document.status).toBe('parked');
  expect(ledger(stage)).toHaveLength(1);
  fs.writeFileSync(join(stage.env.FAKE_SCRIPTS as string, '1'), `echo x > "$ORCHESTRA_TASK"; ${good}`);
  const resumed = await stage.json<{ released: string[] }>(['resume']);
  expect(resumed.document.released).toEqual(['task-2', 'task-3']);
  const ended = await stage.run(['wait', 'task-2', 'task-3', '--json']);
  expect(
    ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status),
  ).toEqual(['review', 'review']);
});

test('stop ends every agent at once and resume goes on in its session', async () => {
  const stage = stageWith([`echo begun > "$ORCHESTRA_RUN_DIR/begun"; sleep 600`, `echo x > a.txt; ${good}`]);
  await stage.run(['delegate', '--tool', 'talks', '--task', 'Long work', '--detach']);
  await eventually(() => fs.existsSync(join(stage.home, 'runs', 'task-1', '1', 'begun')));
  const stopped = await stage.run(['stop']);
  expect(stopped.stdout).toBe(
    'stopped: ended task-1; 1 task waits. Nothing starts until orchestra resume.\n',
  );
  expect(await processesWithEnv(`ORCHESTRA_HOME=${stage.home}`).then((pids) => pids.length)).toBeLessThan(4);
  await stage.run(['delegate', '--tool', 'talks', '--task', 'More work', '--detach']);
  const { document } = await stage.json<{ tasks: { status: string; reason: string }[] }>(['status']);
  expect(document.tasks.map(({ status }) => status)).toEqual(['parked', 'queued']);
  const lines = (await stage.run(['status'])).stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('everything is stopped; orchestra resume lets tasks start');
  expect(document.tasks[0]?.reason).toBe('stopped by you; orchestra resume goes on');
  expect((await stage.run(['resume'])).stdout).toBe('tasks start again; 1 task goes on: task-1\n');
  expect((await stage.json<Summary>(['wait', 'task-1'])).document).toMatchObject({
    status: 'review',
    runs: 2,
  });
  expect(seen(stage, 'task-1', 2, 'seen-session')).toBe('s-1');
  expect((await stage.run(['resume'])).stdout).toBe('nothing was stopped and no task waits for somebody\n');
});

test('an agent that does not listen to stop is ended after its grace period, and that is written down', async () => {
  const stage = stageWith([`trap "" TERM; echo x > "$ORCHESTRA_RUN_DIR/begun"; while :; do sleep 0.1; done`]);
  Object.assign(stage.env, { ORCHESTRA_GRACE: '1s' });
  await stage.run(['delegate', '--tool', 'talks', '--task', 'Long work', '--detach']);
  await eventually(() => fs.existsSync(join(stage.home, 'runs', 'task-1', '1', 'begun')));
  await stage.run(['stop']);
  const exit = fs.readFileSync(join(stage.home, 'runs', 'task-1', '1', 'exit.json'), 'utf8');
  expect(JSON.parse(exit)).toMatchObject({ code: null, signal: 'SIGKILL', asked: 'SIGTERM' });
});

test('who waits for a task that a stop still ends after the resume is not sent away: it goes on by itself', async () => {
  const stage = stageWith([`echo begun > "$ORCHESTRA_RUN_DIR/begun"; sleep 600`, `echo x > a.txt; ${good}`]);
  await stage.run(['delegate', '--tool', 'talks', '--task', 'Long work', '--detach']);
  await eventually(() => fs.existsSync(join(stage.home, 'runs', 'task-1', '1', 'begun')));
  await eventually(async () => (await types(stage, 'task-1')).includes('spawned'));
  const conductor = readLock(homeAt(stage.home)) as ProcessIdentity;
  // It sees the stop only when that is over.
  signalProcess(conductor.pid, 'SIGSTOP');
  const stop = stage.start(['stop']);
  await eventually(() => fs.existsSync(join(stage.home, 'runs', 'task-1', '1', 'exit.json')));
  stop.kill('SIGKILL');
  expect((await stage.run(['resume'])).stdout).toContain('tasks start again');
  const waiting = stage.json<Summary>(['wait', 'task-1']);
  signalProcess(conductor.pid, 'SIGCONT');
  expect((await waiting).document).toMatchObject({ status: 'review', runs: 2 });
  expect(await types(stage, 'task-1')).toContain('parked');
});

test("the day's budget stops what runs, parks what waits and refuses what is new", async () => {
  const assistant = JSON.stringify({
    type: 'assistant',
    message: {
      id: 'm1',
      model: 'm',
      content: [{ type: 'text', text: 'x' }],
      usage: { input_tokens: 9, output_tokens: 9 },
    },
    session_id: 's-1',
  });
  const stage = stageWith([`echo '${assistant}'; ${good}; `]);
  Object.assign(stage.env, { ORCHESTRA_DAY_BUDGET: '0.3', ORCHESTRA_ATTEMPTS: '1' });
  const one = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'One', '--no-worktree']);
  expect(one.document).toMatchObject({ status: 'done', cost: { usd: 0.25 } });
  await stage.run([
    'delegate',
    '--tool',
    'talks',
    '--task',
    'Two',
    '--no-worktree',
    '--budget',
    '0.2',
    '--detach',
  ]);
  await eventually(async () => (await types(stage, 'task-2')).includes('parked'));
  const row = (await stage.json<{ reason: string; until: string }>(['status', 'task-2'])).document;
  expect(row.reason).toBe("the day's budget has no room for the $0.20 it may take: $0.25 of $0.3 used");
  expect(new Date(row.until).getHours()).toBe(0);
  await stage.json(['delegate', '--tool', 'talks', '--task', 'Three', '--no-worktree']);
  const refusal = await stage.run(['delegate', '--tool', 'talks', '--task', 'Four', '--no-worktree']);
  expect(refusal.code).toBe(4);
  expect(refusal.stderr).toContain("The day's budget is used up: $0.50 of $0.3.");
  expect((await stage.run(['status', 'task-4'])).code).toBe(2);
});

test('a silent agent is ended as stalled, with the reason, and one that computes is not', async () => {
  const retry = '{"type":"system","subtype":"api_retry","error_status":429,"error":"rate_limit"}';
  const stage = stageWith([`echo '${retry}'; sleep 600`]);
  fs.mkdirSync(join(stage.config, 'orchestra'), { recursive: true });
  Object.assign(stage.env, { ORCHESTRA_STALL: '2s', ORCHESTRA_ATTEMPTS: '1' });
  const silent = await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'Wait']);
  expect(silent.document).toMatchObject({ status: 'failed', errors: [{ class: 'stalled' }] });
  expect(silent.document.reason).toContain(
    'silent for 2 s, without computing; the last trouble it told of: retrying after status 429 (rate_limit)',
  );
  const busy = `end=$((SECONDS + 5)); while ((SECONDS < end)); do :; done; echo x > a.txt; ${good}`;
  fs.writeFileSync(join(stage.env.FAKE_SCRIPTS as string, '1'), busy);
  expect(
    (await stage.json<Summary>(['delegate', '--tool', 'talks', '--task', 'Compute'])).document.status,
  ).toBe('review');
});

test('a queue that is full refuses more, and says how many wait', async () => {
  const stage = new Stage();
  await stage.run(['stop']);
  stage.env.ORCHESTRA_MAX_QUEUED = '1';
  const first = await stage.run(['delegate', '--tool', 'fake', '--task', 'One', '--detach']);
  expect(first.stderr).toContain('Everything is stopped: it waits until orchestra resume.');
  const second = await stage.run(['delegate', '--tool', 'fake', '--task', 'Two', '--detach']);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('1 tasks are waiting, and 1 may (maxQueued); 1 more would be too many.');
});
