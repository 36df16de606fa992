import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../../src/model/config.ts';
import type { EventBody, StoredRequest } from '../../src/model/event.ts';
import { homeAt } from '../../src/model/home.ts';
import { type RunView, type TaskView, viewTask } from '../../src/model/task-view.ts';
import { Scheduler, type Situation } from '../../src/pipeline/scheduler.ts';
import { midnight, Spending } from '../../src/pipeline/spending.ts';
import { anEnding, aPlan, aSettlement, history, launch, requested, usd } from '../model/samples.ts';

const now = new Date(2026, 0, 2, 12);
const limits = { parallel: 4, perRepo: null, dayBudget: null, toolBudgets: {} };

type Step = EventBody;

function task(id: string, request: Partial<StoredRequest> = {}, plan = aPlan(), ...more: Step[]): TaskView {
  const steps: Step[] = [{ type: 'planned', plan }, ...more];
  return viewTask(
    history(
      steps.map((body) => ({ run: 1, body })),
      requested(request, id),
    ),
  ) as TaskView;
}

const running = (id: string, request: Partial<StoredRequest> = {}, plan = aPlan(), spentUsd = 0) =>
  task(
    id,
    request,
    plan,
    { type: 'spawned', launch },
    { type: 'progressed', progress: null, cost: usd(spentUsd) },
  );

function home(...spent: [tool: string, usd: number][]) {
  const root = mkdtempSync(join(process.env.HOME as string, 's'));
  mkdirSync(root, { recursive: true });
  const lines = spent.map(([tool, usd], index) =>
    JSON.stringify({
      ...{ schema: 'orchestra.ledger/1', at: now.toISOString(), task: `task-${index + 1}`, run: 1, tool },
      ...{ model: null, tokens: null, usd, source: 'reported', prices: null },
    }),
  );
  writeFileSync(join(root, 'ledger.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return homeAt(root);
}

function decide(
  waiting: TaskView[],
  options: {
    config?: Partial<Config>;
    active?: TaskView[];
    home?: ReturnType<typeof homeAt>;
    halted?: boolean;
  } = {},
  prepare: (scheduler: Scheduler) => void = () => {},
) {
  const config = { ...limits, ...options.config } as Config;
  const scheduler = new Scheduler(config, new Spending(options.home ?? home(), config));
  prepare(scheduler);
  const active = options.active ?? [];
  const situation: Situation = {
    waiting,
    active,
    unsettled: [...waiting, ...active],
    halted: options.halted ?? false,
    statusOf: () => undefined,
    now,
  };
  return scheduler.decide(situation).map(({ view, run: _, ...rest }) => ({ task: view.id, ...rest }));
}

test('as many start as there are places', () => {
  const waiting = ['task-1', 'task-2', 'task-3'].map((id) => task(id));
  expect(decide(waiting, { config: { parallel: 3 }, active: [running('task-9')] })).toEqual([
    { task: 'task-1', what: 'start' },
    { task: 'task-2', what: 'start' },
  ]);
  expect(decide(waiting, { halted: true })).toEqual([]);
});

test('a repository gets as many places as it may have, and the others go on', () => {
  const other = aPlan();
  const plan = { ...other, workplace: { ...other.workplace, repo: '/b' } };
  const waiting = [task('task-1'), task('task-2'), task('task-3', { repo: '/b' }, plan)];
  expect(decide(waiting, { config: { perRepo: 1 } }).map((one) => one.task)).toEqual(['task-1', 'task-3']);
});

test('a task whose forerunner failed, or that was cancelled, never starts', () => {
  const cancelled = task('task-2', {}, aPlan(), { type: 'stopped', why: 'cancelled', by: 'by you' });
  expect(decide([task('task-1', { after: ['task-7'] }), cancelled], { halted: true })).toEqual([
    { task: 'task-1', what: 'cancel', why: 'because task-7 did not succeed' },
    { task: 'task-2', what: 'cancel', why: 'by you' },
  ]);
});

test("when the day's budget is used up, tasks wait for the next day", () => {
  const until = midnight(now, 1).toISOString();
  const reason = "the day's budget is used up: $5.20 of $5";
  const spent = home(['a', 3], ['b', 2.2]);
  const decided = decide([task('task-1')], { config: { dayBudget: 5 }, home: spent });
  expect(decided).toEqual([{ task: 'task-1', what: 'park', until, reason, for: 'budget' }]);
  const parked = task('task-1', {}, aPlan(), { type: 'parked', until, reason, for: 'budget' });
  expect(decide([parked], { config: { dayBudget: 5 }, home: spent })).toEqual([]);
  // As one that is new, so one that waits already, whatever the sum was that it was told.
  expect(decide([parked], { config: { dayBudget: 5.1 }, home: spent })).toEqual([]);
  for (const view of [task('task-1'), parked]) {
    expect(decide([view], { config: { dayBudget: 6 }, home: spent })).toEqual([
      { task: 'task-1', what: 'start' },
    ]);
  }
});

test('what running tasks have spent and may spend is reserved', () => {
  const plan = aPlan({ limits: { ...aPlan().limits, budgetUsd: 2 } });
  const one = running('task-9', {}, plan, 0.5);
  const fits = { config: { dayBudget: 4 }, active: [one] };
  expect(decide([task('task-1', {}, plan)], fits)).toEqual([{ task: 'task-1', what: 'start' }]);
  // 0.5 spent, 1.5 and 2 reserved: 0.1 too much, so it waits for the one that runs.
  expect(decide([task('task-1', {}, plan)], { ...fits, config: { dayBudget: 3.9 } })).toEqual([]);
  expect(decide([task('task-1', {}, plan)], { config: { dayBudget: 1.5 } })).toMatchObject([
    { what: 'park', reason: "the day's budget has no room for the $2.00 it may take: $0.00 of $1.5 used" },
  ]);
});

test("a tool's budget holds for that tool alone", () => {
  const config = { toolBudgets: { 'my-agent': 1 } };
  const other = aPlan({ tool: 'other' });
  const decided = decide([task('task-1'), task('task-2', {}, other)], {
    config,
    home: home(['my-agent', 1]),
  });
  expect(decided).toMatchObject([
    { task: 'task-1', what: 'park', reason: "the day's budget of my-agent is used up: $1.00 of $1" },
    { task: 'task-2', what: 'start' },
  ]);
});

test('a refused key parks what waits for the same account, until somebody does something', () => {
  const failed = task(
    'task-8',
    {},
    aPlan({ account: 'a1' }),
    { type: 'spawned', launch },
    { type: 'ended', ending: anEnding({ endedAt: '2999-01-01T00:00:00.000Z' }) },
    {
      type: 'settled',
      settlement: aSettlement({ status: 'failed', errors: [{ class: 'auth', message: 'no' }] }),
    },
  );
  const waiting = [
    task('task-1', {}, aPlan({ account: 'a1' })),
    task('task-2', {}, aPlan({ account: 'b2' })),
  ];
  const decided = decide(waiting, {}, (scheduler) => scheduler.note(failed, failed.runs[0] as RunView));
  expect(decided).toMatchObject([
    { task: 'task-1', what: 'park', until: null },
    { task: 'task-2', what: 'start' },
  ]);
});
