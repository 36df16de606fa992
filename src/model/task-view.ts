import { addCosts, unknownCost } from './cost-sums.ts';
import type { Ending, StopReason } from './ending.ts';
import {
  type Approval,
  type OrchestraEvent,
  type ParkedFor,
  type StoredRequest,
  statusAfter,
} from './event.ts';
import type { Launch, Plan } from './plan.ts';
import type { Progress, Report } from './report.ts';
import type { TaskId } from './request.ts';
import type { Route } from './route.ts';
import type { Settlement } from './summary.ts';
import type { Cost } from './usage.ts';
import type { Verdict } from './verdict.ts';
import type { TaskStatus } from './words.ts';

/** One run as its events tell it; what is missing has not happened yet. */
export interface RunView {
  run: number;
  plan?: Plan;
  launch?: Launch;
  stopped?: { why: StopReason; by: string };
  ending?: Ending;
  report?: Omit<Report, 'answer'>;
  verdict?: Verdict;
  settlement?: Settlement;
  partialCost?: Cost;
  startedAt?: string;
}

/** A task as its events tell it. */
export interface TaskView {
  id: TaskId;
  title: string;
  createdAt: string;
  request: StoredRequest;
  route: Route | undefined;
  status: TaskStatus;
  reason: string;
  /** From the first; the last one is the current one. Empty while the task has not been planned. */
  runs: RunView[];
  progress: Progress | null;
  questions: string[];
  warnings: string[];
  approved: Approval | undefined;
  /** While parked: until when, or null until somebody does something. */
  parkedUntil: string | null;
  /** What it is parked for, where it goes on by itself as soon as that is there. */
  parkedFor: ParkedFor | undefined;
  /** When a person last asked for it: with the task itself, a retry, a reply or a release. */
  askedAt: string;
  /** When the last event happened. */
  at: string;
}

/** The view of one task from its events in order; undefined when they hold no `requested`. */
export function viewTask(events: readonly OrchestraEvent[]): TaskView | undefined {
  let view: TaskView | undefined;
  for (const event of events) view = applyEvent(view, event);
  return view;
}

/**
 * The view after one more event. Changes and returns the given view. Applying a stretch of events again, up to the
 * last one known, gives the same view.
 */
export function applyEvent(view: TaskView | undefined, event: OrchestraEvent): TaskView | undefined {
  if (event.type === 'requested') return firstView(event);
  if (view === undefined) return undefined;
  view.at = event.at;
  const status = statusAfter(event);
  if (status !== null) {
    view.status = status;
    view.reason = '';
    view.parkedUntil = null;
    view.parkedFor = undefined;
  }
  applyToTask(view, event);
  if (event.run > 0) applyToRun(runOf(view, event.run), event);
  return view;
}

function firstView(event: OrchestraEvent & { type: 'requested' }): TaskView {
  return {
    id: event.task,
    title: event.title,
    createdAt: event.at,
    request: event.request,
    route: undefined,
    status: 'queued',
    reason: '',
    runs: [],
    progress: null,
    questions: [],
    warnings: [],
    approved: undefined,
    parkedUntil: null,
    parkedFor: undefined,
    askedAt: event.at,
    at: event.at,
  };
}

function applyToTask(view: TaskView, event: OrchestraEvent): void {
  switch (event.type) {
    case 'routed':
      view.route = event.route;
      break;
    case 'progressed':
      view.progress = event.progress;
      break;
    case 'parsed':
      view.questions = event.report.questions;
      break;
    case 'warned':
      if (!view.warnings.includes(event.message)) view.warnings.push(event.message);
      break;
    case 'settled':
      view.reason = event.settlement.reason;
      view.progress = null;
      break;
    case 'approved':
      view.approved = approvalOf(event);
      view.reason = event.landed === null ? 'accepted' : `landed on ${event.onto}`;
      break;
    case 'queued':
      view.reason = event.reason ?? '';
      if (event.mode !== 'again') view.askedAt = event.at;
      break;
    case 'parked':
      view.reason = event.reason;
      view.parkedUntil = event.until;
      view.parkedFor = event.for;
      break;
    case 'rejected':
      view.reason = `rejected: ${event.reason}`;
      break;
  }
}

function approvalOf({ commit, onto, landed, how, checks, overrides }: Approval): Approval {
  return {
    commit,
    onto,
    landed,
    ...(how && { how }),
    ...(checks && { checks }),
    ...(overrides && { overrides }),
  };
}

function runOf(view: TaskView, run: number): RunView {
  let found = view.runs.find((candidate) => candidate.run === run);
  if (found === undefined) {
    found = { run };
    view.runs.push(found);
  }
  return found;
}

function applyToRun(run: RunView, event: OrchestraEvent): void {
  switch (event.type) {
    case 'planned':
      run.plan = event.plan;
      break;
    case 'spawned':
      run.launch = event.launch;
      run.startedAt = event.at;
      break;
    case 'progressed':
      run.partialCost = event.cost;
      break;
    case 'stopped':
      run.stopped ??= { why: event.why, by: event.by };
      break;
    case 'ended':
      run.ending = event.ending;
      break;
    case 'parsed':
      run.report = event.report;
      break;
    case 'verified':
      run.verdict = event.verdict;
      break;
    case 'settled':
      run.settlement = event.settlement;
      break;
  }
}

/** The current run, if one is planned. */
export function lastRun(view: TaskView): RunView | undefined {
  return view.runs.at(-1);
}

/** What the task has cost over all its runs; a running one counts with what is known of it. */
export function taskCost(view: TaskView): Cost {
  const costs = view.runs
    .map((run) => run.settlement?.cost ?? run.partialCost)
    .filter((cost) => cost !== undefined);
  return costs.length === 0 ? unknownCost : addCosts(costs);
}

/** Wall seconds of all runs; a running one counts up to `now` (milliseconds since 1970). */
export function taskSeconds(view: TaskView, now: number): number {
  return view.runs.reduce((sum, run) => {
    if (run.settlement !== undefined) return sum + run.settlement.seconds;
    if (run.startedAt === undefined) return sum;
    const end = run.ending === undefined ? now : Date.parse(run.ending.endedAt);
    return sum + Math.max(0, (end - Date.parse(run.startedAt)) / 1000);
  }, 0);
}
