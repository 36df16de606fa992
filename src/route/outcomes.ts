import type { OrchestraEvent } from '../model/event.ts';
import { type Cell, type Cells, cellKey, emptyCell } from '../model/learned.ts';
import type { LedgerLine } from '../model/ledger.ts';
import type { Route } from '../model/route.ts';
import type { ErrorClass } from '../model/words.ts';
import { unknownModel } from './estimate.ts';

/** Runs that a cell keeps of each model. */
const keptRuns = 40;
/** Tasks whose runs may still be judged another way. */
const keptTasks = 300;

/** Errors that say nothing about how good a tool is at its work. */
const excused: readonly ErrorClass[] = [
  'auth',
  'rate_limit',
  'quota',
  'overloaded',
  'provider_error',
  'network',
  'model_unavailable',
  'tool_missing',
  'tool_version',
  'killed',
  'lost',
  'over_budget',
  'internal',
];

/** Null while it is in review; excused where the fault was not the tool's. */
type Verdict = 'good' | 'bad' | 'excused' | null;

/** A run that has been counted, as `[run, cell, verdict]`. */
type Counted = [number, string, Verdict];

/** What has been learned, and how far ledger and events were read for it. */
export interface Learning {
  schema: 'orchestra.learned/1';
  /** Bytes of the ledger. */
  bytes: number;
  /** The last event. */
  seq: number;
  cells: Cells;
  tasks: Record<string, Counted[]>;
  /** The task whose first route comes next. */
  asked: string | null;
}

/** Nothing learned, from these places on. */
export function nothingLearned(bytes = 0, seq = 0): Learning {
  return { schema: 'orchestra.learned/1', bytes, seq, cells: {}, tasks: {}, asked: null };
}

/** Counts a run by its final line. A run that settled for review is judged when it is approved or rejected. */
export function learnLine(learning: Learning, line: LedgerLine): void {
  const { category, tier, task, run, status } = line;
  if (category === undefined || tier === undefined) return;
  const counted = learning.tasks[task] ?? [];
  if (counted.some(([known]) => known === run)) return;
  const key = cellKey(category, tier, line.tool);
  const cell = cellAt(learning, key);
  const verdict = status === 'done' ? 'good' : status === 'failed' ? 'bad' : null;
  count(cell, verdict, 1);
  if (status !== 'failed' && status !== 'cancelled') {
    const model = line.model ?? unknownModel;
    cell.runs[model] = [
      ...(cell.runs[model] ?? []),
      [line.usd, line.seconds ?? null] as [number | null, number | null],
    ].slice(-keptRuns);
  }
  learning.tasks[task] = [...counted, [run, key, verdict]];
  forgetOldest(learning);
}

/** Judges what an event tells: approved, rejected, retried, failed without fault, overridden. */
export function learnEvent(learning: Learning, event: OrchestraEvent): void {
  switch (event.type) {
    case 'requested':
      learning.asked = event.task;
      break;
    case 'routed':
      learnRoute(learning, event.task, event.route);
      break;
    case 'verified':
      learnChecks(learning, event.task, event.run, event.verdict.checks);
      break;
    case 'settled': {
      const error = event.settlement.errors[0]?.class;
      if (error !== undefined && excused.includes(error)) judge(learning, event.task, 'excused', event.run);
      break;
    }
    case 'approved':
      judge(learning, event.task, 'good');
      break;
    case 'rejected':
      judge(learning, event.task, 'bad');
      break;
    case 'queued':
      if (event.mode === 'retry' && learning.tasks[event.task]?.at(-1)?.[2] !== 'excused')
        judge(learning, event.task, 'bad');
      break;
  }
}

function learnRoute(learning: Learning, task: string, route: Route): void {
  const first = learning.asked === task;
  learning.asked = null;
  if (first) {
    const passed = route.unforced?.tool;
    if (route.rule === '--tool' && route.tool !== null && passed && passed !== route.tool) {
      const named = cellAt(learning, cellKey(route.category, route.tier, route.tool));
      named.named = (named.named ?? 0) + 1;
      cellAt(learning, cellKey(route.category, route.tier, passed)).overridden += 1;
    }
    return;
  }
  const last = learning.tasks[task]?.at(-1);
  const tool = last?.[1].split(' ')[2];
  // The excuse of an error holds for another tool's turn too.
  if (last === undefined || tool === route.tool || last[2] !== 'bad') return;
  cellAt(learning, last[1]).switched += 1;
}

function learnChecks(
  learning: Learning,
  task: string,
  run: number,
  checks: readonly { passed: boolean }[],
): void {
  const key = learning.tasks[task]?.find(([known]) => known === run)?.[1];
  if (key === undefined) return;
  const cell = cellAt(learning, key);
  cell.checksPassed += checks.filter(({ passed }) => passed).length;
  cell.checksFailed += checks.filter(({ passed }) => !passed).length;
}

function judge(learning: Learning, task: string, verdict: Verdict, run?: number): void {
  const runs = learning.tasks[task];
  const counted = run === undefined ? runs?.at(-1) : runs?.find(([known]) => known === run);
  if (counted === undefined) return;
  const cell = cellAt(learning, counted[1]);
  count(cell, counted[2], -1);
  count(cell, verdict, 1);
  counted[2] = verdict;
}

function count(cell: Cell, verdict: Verdict, by: number): void {
  if (verdict === 'good' || verdict === 'bad') cell[verdict] += by;
}

function cellAt(learning: Learning, key: string): Cell {
  const cell = learning.cells[key] ?? emptyCell();
  learning.cells[key] = cell;
  return cell;
}

function forgetOldest(learning: Learning): void {
  const tasks = Object.keys(learning.tasks);
  if (tasks.length > keptTasks) delete learning.tasks[tasks[0] as string];
}
