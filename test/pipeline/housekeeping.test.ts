import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { runFiles } from '../../src/model/home.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import { operation as logs } from '../../src/operations/logs.ts';
import { keepHouse } from '../../src/pipeline/housekeeping.ts';
import { prunedRun, pruneRuns } from '../../src/pipeline/prune-runs.ts';
import { backupsOf } from '../../src/store/backup.ts';
import { readLedger } from '../../src/store/ledger.ts';
import { callerIn } from '../operations/caller.ts';
import { zeroPageOf } from '../store/damage.ts';
import { newHome, writing } from '../store/homes.ts';
import { aTask, settled } from '../store/samples.ts';

const DAY_MS = 24 * 3600 * 1000;
const kept = ['plan.json', 'launch.json', 'exit.json', 'report.json', 'summary.json', 'prompt.md'];
const bulk = ['output', 'stderr', 'check-1.output'];

/** A home whose tasks have all their files, a thousand bytes of each, last written some days ago. */
function scene() {
  const home = newHome();
  const store = writing(home);
  const add = (status: TaskStatus, days: number, commits = 0) => {
    const { task } = store.createTask(aTask());
    const plan = { task, run: 1, workplace: { worktree: true } } as unknown as Plan;
    const launch = {
      task,
      run: 1,
      runDir: '',
      pane: '%1',
      window: '@1',
      server: { pid: 1, startTime: '' },
      at: '',
    };
    store.append(task, 1, { type: 'planned', plan });
    store.append(task, 1, { type: 'spawned', launch });
    const found = Array.from({ length: commits }, () => ({ sha: 'abc', subject: 'work' }));
    store.append(task, 1, {
      type: 'verified',
      verdict: { commit: 'abc', files: [], commits: found, checks: [] },
    });
    if (status !== 'running') store.append(task, 1, settled(status));
    const { dir } = runFiles(home, task, 1);
    fs.mkdirSync(dir, { recursive: true });
    const then = new Date(Date.now() - days * DAY_MS);
    for (const name of [...kept, ...bulk]) {
      fs.writeFileSync(`${dir}/${name}`, 'x'.repeat(1000));
      fs.utimesSync(`${dir}/${name}`, then, then);
    }
    return task;
  };
  const filesOf = (task: string) => fs.readdirSync(runFiles(home, task, 1).dir).sort();
  return { home, store, add, filesOf };
}

test('what old finished runs have printed goes; their summaries, reports and younger runs stay', async () => {
  const { home, store, add, filesOf } = scene();
  const old = add('done', 40, 2);
  const failed = add('failed', 40);
  const young = add('done', 20);
  expect(await pruneRuns({ home, store }, { keepDays: 30, keepGigabytes: 5 })).toEqual({
    runs: 2,
    bytes: 6000,
  });
  for (const task of [old, failed]) expect(filesOf(task)).toEqual([...kept, 'pruned.json'].sort());
  expect(filesOf(young)).toEqual([...kept, ...bulk].sort());
  expect(prunedRun(runFiles(home, old, 1))?.why).toContain('older than 30 days');
  expect(prunedRun(runFiles(home, young, 1))).toBeUndefined();
  expect(await pruneRuns({ home, store }, { keepDays: 30, keepGigabytes: 5 })).toEqual({ runs: 0, bytes: 0 });
});

test('nothing is removed of what runs, waits, is in review, or has not landed, however old and large it is', async () => {
  const { home, store, add, filesOf } = scene();
  const statuses: TaskStatus[] = ['running', 'blocked', 'review', 'parked', 'queued', 'verifying'];
  const tasks = [
    ...statuses.map((status) => add(status, 400)),
    add('failed', 400, 1),
    add('cancelled', 400, 1),
  ];
  expect(await pruneRuns({ home, store }, { keepDays: 0, keepGigabytes: 0 })).toEqual({ runs: 0, bytes: 0 });
  for (const task of tasks) expect(filesOf(task)).toEqual([...kept, ...bulk].sort());
});

test('above the size the oldest go first, until the rest is below it', async () => {
  const { home, store, add } = scene();
  const tasks = [add('done', 1), add('done', 3), add('done', 2), add('review', 9)];
  expect(await pruneRuns({ home, store }, { keepDays: 30, keepGigabytes: 0.000_006 })).toEqual({
    runs: 2,
    bytes: 6000,
  });
  const gone = tasks.filter((task) => prunedRun(runFiles(home, task, 1)) !== undefined);
  expect(gone).toEqual([tasks[1], tasks[2]]);
});

test('the house is kept: a backup, room, a line for each; and trouble is told, not thrown', async () => {
  const { home, store, add } = scene();
  add('done', 40);
  fs.writeFileSync(home.ledger, '');
  const lines: string[] = [];
  await keepHouse({ home, store }, { keepDays: 30, keepGigabytes: 5 }, (line) => lines.push(line));
  expect(lines).toEqual([
    expect.stringContaining('is backed up as orchestra-'),
    'what 1 old runs had printed was removed, 1 MB; their summaries stay',
  ]);
  expect(backupsOf(home)).toHaveLength(1);
  expect(readLedger(home.ledger)).toEqual({ lines: [], bad: 0 });
  add('done', 1);
  for (const { path } of backupsOf(home)) fs.utimesSync(path, new Date(0), new Date(0));
  zeroPageOf(home, 'events_of_task');
  await keepHouse({ home, store }, { keepDays: 30, keepGigabytes: 5 }, (line) => lines.push(line));
  expect(lines.at(-1)).toMatch(/^(no backup was made|old runs were not pruned): .* is damaged/);
  expect(backupsOf(home)).toHaveLength(1);
});

test('the logs of a run that was pruned say so, and where its summary is', async () => {
  const { home, store, add } = scene();
  const task = add('done', 40);
  await pruneRuns({ home, store }, { keepDays: 30, keepGigabytes: 5 });
  const caller = { ...callerIn('/'), home };
  await expect(logs.run(caller, { task })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^What task-1 run 1 has printed was removed at .*, being older than 30 days/,
    ),
    hint: expect.stringContaining('summary.json'),
  });
});
