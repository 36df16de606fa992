import { oneLine } from '../base/text.ts';
import { unknownCost } from '../model/cost-sums.ts';
import type { LedgerLine } from '../model/ledger.ts';
import type { Settlement } from '../model/summary.ts';
import type { RunView, TaskView } from '../model/task-view.ts';
import { isSettled, type TaskStatus } from '../model/words.ts';
import type { NewEvent, NewTask } from './events.ts';
import type { RunRecord } from './run-record.ts';

/** The cost line of a run, where there is one. */
export type CostOf = (run: number) => LedgerLine | undefined;

/** The task that folders tell of, for a database that does not know it. */
export function taskFrom(id: string, records: readonly RunRecord[], costOf: CostOf): NewTask {
  const first = records[0];
  const text = first?.run === 1 ? (first.prompt ?? '') : '';
  const repo = first?.planned?.plan.workplace.repo ?? costOf(1)?.repo ?? '';
  return {
    title: first?.planned?.title ?? (oneLine(text, 100) || `${id}, whose text is lost`),
    repo: first?.planned?.repo ?? repo,
    text,
    request: first?.planned?.request ?? { repo, parent: null },
    at: first?.at,
  };
}

/**
 * What the folders of a task tell beyond its events. A run with its summary is settled as that says. One that was
 * launched goes on after `spawned`, which never starts it again. One that nobody started is settled as lost.
 */
export function eventsFrom(
  known: TaskView | undefined,
  folders: readonly RunRecord[],
  costOf: CostOf,
): NewEvent[] {
  const runOf = (record: RunRecord) => known?.runs.find((candidate) => candidate.run === record.run);
  // A folder in which nothing began may be that of a command that was killed before it stored anything.
  const records = folders.filter(
    (record, index) =>
      hasBegun(record) || runOf(record) !== undefined || (known === undefined && index === 0),
  );
  const events = records.flatMap((record) => {
    const run = runOf(record);
    const isLast = record === records.at(-1);
    if (run?.settlement !== undefined) return isLast ? laterWord(known as TaskView, record) : [];
    return [...beginning(run, record), ...ending(run, record, isLast, costOf(record.run))];
  });
  const route = records[0]?.planned?.route;
  if (known?.route !== undefined || route === undefined || events.length === 0) return events;
  return [{ run: 0, body: { type: 'routed', route }, at: records[0]?.at }, ...events];
}

function hasBegun({ claimed, launch, exit, summary }: RunRecord): boolean {
  return claimed || launch !== undefined || exit !== undefined || summary !== undefined;
}

function beginning(run: RunView | undefined, record: RunRecord): NewEvent[] {
  const events: NewEvent[] = [];
  const { plan } = record.planned ?? {};
  if (run?.plan === undefined) {
    const mode = plan?.session == null ? 'retry' : 'reply';
    if (record.run > 1) events.push({ run: 0, body: { type: 'queued', mode }, at: record.at });
    if (plan !== undefined) events.push({ run: record.run, body: { type: 'planned', plan }, at: record.at });
  }
  if (run?.launch === undefined && record.launch !== undefined) {
    const { launch } = record;
    events.push({ run: record.run, body: { type: 'spawned', launch }, at: launch.at });
  }
  return events;
}

function ending(
  run: RunView | undefined,
  record: RunRecord,
  isLast: boolean,
  cost: LedgerLine | undefined,
): NewEvent[] {
  if (record.summary !== undefined) return settledAsSaid(run, record, cost);
  const plan = run?.plan ?? record.planned?.plan;
  const launch = run?.launch ?? record.launch;
  // The conductor goes on with it, or with its turn; a claim keeps what has begun from beginning again.
  if (isLast && plan !== undefined && (launch !== undefined || record.claimed || run?.plan !== undefined))
    return [];
  const what = launch === undefined && !record.claimed ? 'was not started' : 'has left no summary';
  return [settled(record, lost(`run ${record.run} ${what} before the database was lost`, cost))];
}

function settledAsSaid(
  run: RunView | undefined,
  record: RunRecord,
  cost: LedgerLine | undefined,
): NewEvent[] {
  const { exit, report, summary } = record;
  if (summary === undefined) return [];
  const events: NewEvent[] = [];
  const at = exit?.endedAt;
  const tell = (body: NewEvent['body']) => events.push({ run: record.run, body, at });
  if (exit !== undefined && run?.ending === undefined) {
    const logIncomplete = exit.logIncomplete ?? false;
    tell({ type: 'ended', ending: { ...exit, cause: 'exited', logIncomplete } });
  }
  if (report !== undefined && run?.report === undefined) {
    const { answer: _, ...claim } = report;
    tell({ type: 'parsed', report: claim });
  }
  if (exit !== undefined && run?.verdict === undefined) {
    const { commit, files, commits } = summary;
    const checks = summary.checks.map((check) => ({ ...check, output: '' }));
    tell({ type: 'verified', verdict: { commit, files, commits, checks } });
  }
  const known = cost && { usd: cost.usd, source: cost.source, tokens: cost.tokens };
  const { status, reason, errors, headline, commit } = summary;
  const settlement: Settlement = {
    ...final(status, reason),
    errors,
    headline,
    cost: known ?? (summary.runs === 1 ? summary.cost : unknownCost),
    seconds: cost?.seconds ?? (summary.runs === 1 ? summary.seconds : 0),
    commit,
  };
  return [...events, { ...settled(record, settlement), at: cost?.at ?? at }];
}

/** What was said of a settled task afterwards: approved, rejected. */
function laterWord(known: TaskView, record: RunRecord): NewEvent[] {
  const { summary } = record;
  const settlement = known.runs.at(-1)?.settlement;
  const open = known.status === 'review' || known.status === 'blocked';
  if (!open || summary === undefined || settlement === undefined || summary.status === known.status)
    return [];
  return [settled(record, { ...settlement, ...final(summary.status, summary.reason) })];
}

// Anything else was waiting for something that nobody remembers.
function final(status: TaskStatus, reason: string): Pick<Settlement, 'status' | 'reason'> {
  return isSettled(status)
    ? { status, reason }
    : { status: 'failed', reason: `lost: was ${status}, ${reason}` };
}

function lost(message: string, cost: LedgerLine | undefined): Settlement {
  return {
    status: 'failed',
    reason: `lost: ${message}`,
    errors: [{ class: 'lost', message }],
    headline: 'Restored from its run folder.',
    cost: cost === undefined ? unknownCost : { usd: cost.usd, source: cost.source, tokens: cost.tokens },
    seconds: cost?.seconds ?? 0,
    commit: null,
  };
}

function settled({ run }: RunRecord, settlement: Settlement): NewEvent {
  return { run, body: { type: 'settled', settlement } };
}
