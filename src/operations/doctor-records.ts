import { nowIso } from '../base/time.ts';
import type { Home } from '../model/home.ts';
import type { LedgerLine } from '../model/ledger.ts';
import { type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import { appendLedgerLine, readLedger } from '../store/ledger.ts';
import { retellFolders } from '../store/retell-folders.ts';
import { tasksWithFolders } from '../store/run-record.ts';
import type { Store } from '../store/store.ts';
import { type Check, fixed, ok, warning } from './doctor-check.ts';

// Clocks of one machine differ by less after a correction.
const CLOCK_MS = 5 * 60 * 1000;

/** Whether store, run folders and ledger tell the same. `store` is open for writing when `fix` is set. */
export function checkRecords(home: Home, store: Store, fix: boolean): Check[] {
  return [...checkFolders(home, store, fix), ...checkCosts(home, store, fix), ...checkClock(store)];
}

function checkFolders(home: Home, store: Store, fix: boolean): Check[] {
  const strange = tasksWithFolders(home).filter((task) => !store.exists(task));
  if (strange.length === 0) return [];
  const detail = `${listed(strange)} ${strange.length === 1 ? 'has a run folder' : 'have run folders'} and no task`;
  if (!fix)
    return [warning('run folders', detail, 'orchestra doctor --fix brings them back as their folders tell.')];
  const { created } = retellFolders(store, home, false);
  return [
    created.length === strange.length
      ? fixed('run folders', `${detail}; brought back`)
      : warning(
          'run folders',
          `${detail}; brought back: ${created.length}`,
          `The others are empty; see ${home.runs}`,
        ),
  ];
}

function checkCosts(home: Home, store: Store, fix: boolean): Check[] {
  const lines = new Map(readLedger(home.ledger).lines.map((line) => [`${line.task} ${line.run}`, line]));
  const missing: [TaskView, RunView][] = [];
  const other: string[] = [];
  for (const task of store.taskIds()) {
    const view = viewTask(store.events(task));
    for (const run of view?.runs ?? []) {
      if (view === undefined || run.launch === undefined || run.settlement === undefined) continue;
      const line = lines.get(`${task} ${run.run}`);
      if (line === undefined) missing.push([view, run]);
      else if (line.usd !== run.settlement.cost.usd) other.push(`${task} run ${run.run}`);
    }
  }
  const sums = warning(
    'sums',
    `the ledger has another price than the task: ${listed(other)}`,
    'The ledger counts.',
  );
  return [
    ...(missing.length > 0 ? [checkMissing(home, missing, fix)] : []),
    ...(other.length > 0 ? [sums] : []),
  ];
}

function checkMissing(home: Home, missing: readonly [TaskView, RunView][], fix: boolean): Check {
  const detail = `no line for ${listed(missing.map(([view, run]) => `${view.id} run ${run.run}`))}`;
  if (!fix) return warning('costs', detail, 'orchestra doctor --fix writes them as the tasks tell.');
  for (const [view, run] of missing) appendLedgerLine(home.ledger, lineOf(view, run));
  return fixed('costs', `${detail}; written as the tasks tell`);
}

function lineOf(view: TaskView, run: RunView): LedgerLine {
  const { cost, seconds, status } = run.settlement as NonNullable<RunView['settlement']>;
  return {
    schema: 'orchestra.ledger/1',
    at: run.ending?.endedAt ?? run.startedAt ?? nowIso(),
    task: view.id,
    run: run.run,
    tool: run.plan?.tool ?? 'unknown',
    model: run.report?.model ?? run.plan?.model ?? null,
    ...cost,
    prices: null,
    category: view.route?.category,
    tier: view.route?.tier,
    repo: run.plan?.workplace.repo,
    seconds,
    status,
  };
}

function checkClock(store: Store): Check[] {
  const [last] = store.eventsAfter(store.lastSeq() - 1, 1);
  if (last === undefined || Date.parse(last.at) - Date.now() < CLOCK_MS)
    return [ok('clock', 'goes on from the last event')];
  return [
    warning(
      'clock',
      `it was set back: the last event is of ${last.at}`,
      'Set the clock right. Tasks go on all the same; their times and those of day budgets are off.',
    ),
  ];
}

function listed(names: readonly string[]): string {
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}
