import type { OrchestraEvent, StoredRequest } from '../model/event.ts';
import type { Route } from '../model/route.ts';
import type { Store } from '../store/store.ts';

/** Events that are read at once. */
const portion = 5000;

/** A run of the past. Times are milliseconds since 1970, null when it did not get there. */
export interface PastRun {
  run: number;
  tool: string;
  model: string | null;
  startedAt: number | null;
  endedAt: number | null;
  settledAt: number | null;
  usd: number | null;
  seconds: number | null;
  status: string | null;
}

/** A task of the past, with what was decided first and what became of it. */
export interface PastTask {
  task: string;
  title: string;
  at: number;
  request: StoredRequest;
  route: Route | undefined;
  runs: PastRun[];
  /** Runs a person asked for after the first, and how many of them by another tool. */
  retries: number;
  switches: number;
  /** True when approved or done, false when rejected or failed, null while that is open. */
  success: boolean | null;
  decidedAt: number | null;
}

/** The tasks of a home since a moment (milliseconds since 1970), in the order of their creation. */
export function pastTasks(store: Store, since = 0): PastTask[] {
  const tasks = new Map<string, PastTask>();
  for (let seq = 0; ; ) {
    const events = store.eventsAfter(seq, portion);
    for (const event of events) follow(tasks, event);
    const last = events.at(-1);
    if (last === undefined) break;
    seq = last.seq;
  }
  return [...tasks.values()].filter((task) => task.at >= since);
}

function follow(tasks: Map<string, PastTask>, event: OrchestraEvent): void {
  if (event.type === 'requested') tasks.set(event.task, begun(event));
  const task = tasks.get(event.task);
  if (task === undefined) return;
  const at = Date.parse(event.at);
  const run = task.runs.at(-1);
  switch (event.type) {
    case 'routed':
      if (task.route === undefined) task.route = event.route;
      else if (run !== undefined && event.route.tool !== run.tool) task.switches += 1;
      break;
    case 'queued':
      if (event.mode === 'retry') task.retries += 1;
      task.success = null;
      break;
    case 'planned':
      task.runs.push(planned(event.run, event.plan.tool, event.plan.model));
      break;
    case 'spawned':
      if (run !== undefined) run.startedAt = at;
      break;
    case 'ended':
      if (run !== undefined) run.endedAt = at;
      break;
    case 'settled':
      if (run !== undefined) {
        const { cost, seconds, status } = event.settlement;
        Object.assign(run, { settledAt: at, usd: cost.usd, seconds, status });
      }
      task.success = outcomeOf(event.settlement.status);
      break;
    case 'approved':
    case 'rejected':
      task.success = event.type === 'approved';
      task.decidedAt = at;
      break;
  }
}

function begun(event: Extract<OrchestraEvent, { type: 'requested' }>): PastTask {
  return {
    task: event.task,
    title: event.title,
    at: Date.parse(event.at),
    request: event.request,
    route: undefined,
    runs: [],
    retries: 0,
    switches: 0,
    success: null,
    decidedAt: null,
  };
}

function planned(run: number, tool: string, model: string | null): PastRun {
  const open = { startedAt: null, endedAt: null, settledAt: null, usd: null, seconds: null, status: null };
  return { run, tool, model, ...open };
}

function outcomeOf(status: string): boolean | null {
  if (status === 'done') return true;
  return status === 'failed' ? false : null;
}
