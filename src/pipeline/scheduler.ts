import { type Account, Breakers } from '../guard/breaker.ts';
import type { SharedBudget } from '../guard/limits.ts';
import type { Config } from '../model/config.ts';
import type { ParkedFor } from '../model/event.ts';
import { lastRun, type RunView, type TaskView, taskCost } from '../model/task-view.ts';
import type { TaskStatus } from '../model/words.ts';
import { dependencyState, isDue, isToolBusy, nextByTurn, placesLeft } from './queue.ts';
import { midnight, type Spending } from './spending.ts';

/** What is to be done with a waiting task; those that are not named go on waiting. */
export type Decision = { view: TaskView; run: RunView } & (
  | { what: 'start' }
  | { what: 'cancel'; why: string }
  | { what: 'park'; until: string | null; reason: string; for: ParkedFor | undefined }
);

/** The tasks in hand. `waiting` are those that could start if nothing stood against it. */
export interface Situation {
  waiting: readonly TaskView[];
  active: readonly TaskView[];
  unsettled: readonly TaskView[];
  halted: boolean;
  statusOf(task: string): TaskStatus | undefined;
  now: Date;
}

/** Decides which waiting tasks start, wait for a limit, or never start. Remembers which accounts are in trouble. */
export class Scheduler {
  readonly #config: Config;
  readonly #spending: Spending;
  readonly #breakers = new Breakers();

  constructor(config: Config, spending: Spending) {
    this.#config = config;
    this.#spending = spending;
  }

  /** Takes note of a run that has settled, or that has had an answer from its model. */
  note(view: TaskView, run: RunView): void {
    if (run.plan === undefined) return;
    const account = accountOf(run);
    const { settlement, ending } = run;
    if (settlement !== undefined && ending !== undefined) {
      const at = Date.parse(ending.endedAt);
      const retryAt = run.report?.retryAt ? Date.parse(run.report.retryAt) : null;
      const { status, errors } = settlement;
      this.#breakers.noteEnd({ ...account, task: view.id, status, errors, at, retryAt });
    } else if (run.startedAt !== undefined && run.partialCost?.tokens) {
      this.#breakers.noteAnswer(account, Date.parse(view.at));
    }
  }

  decide(situation: Situation): Decision[] {
    const decisions: Decision[] = [];
    const candidates: TaskView[] = [];
    for (const view of situation.waiting) {
      const run = lastRun(view) as RunView;
      const why = endedBefore(view, run, situation);
      if (why !== undefined) decisions.push({ view, run, what: 'cancel', why });
      else if (mayStart(view, situation)) candidates.push(view);
    }
    const active = [...situation.active];
    while (candidates.length > 0 && placesLeft(this.#config.parallel, active, situation.unsettled) > 0) {
      const view = nextByTurn(candidates, active);
      candidates.splice(candidates.indexOf(view), 1);
      const run = lastRun(view) as RunView;
      const decision = this.#admit(view, run, active, situation);
      if (decision === undefined) continue;
      decisions.push({ view, run, ...decision });
      if (decision.what === 'start') active.push(view);
    }
    return decisions;
  }

  #admit(view: TaskView, run: RunView, active: readonly TaskView[], situation: Situation) {
    if (isToolBusy(view, active, situation.unsettled)) return undefined;
    const { perRepo } = this.#config;
    if (perRepo !== null) {
      const same = active.filter((other) => repoOf(other) === repoOf(view));
      if (placesLeft(perRepo, same, situation.unsettled) === 0) return undefined;
    }
    const now = situation.now.getTime();
    const account = accountOf(run);
    const others = active.filter((other) => sameAccount(accountOf(lastRun(other)), account)).length;
    const admission = this.#breakers.admit(account, Date.parse(view.askedAt), others, now);
    if (admission.go) return this.#afford(view, run, active, situation.now);
    return admission.hold ? undefined : parked(view, admission.until, admission.reason);
  }

  /** Reserves what the run may cost before it starts, so that many together do not pass the day's budget. */
  #afford(view: TaskView, run: RunView, active: readonly TaskView[], now: Date) {
    const tool = run.plan?.tool ?? '';
    for (const budget of this.#spending.shared(tool, active, now)) {
      const reserved = active.reduce((sum, other) => sum + reserveOf(other), 0);
      if (
        budget.spentUsd + reserved + reserveOf(view) <= budget.limitUsd &&
        budget.spentUsd < budget.limitUsd
      )
        continue;
      if (budget.spentUsd < budget.limitUsd && active.length > 0) return undefined;
      return parked(view, midnight(now, 1).getTime(), spentText(budget, reserveOf(view)), 'budget');
    }
    return { what: 'start' as const };
  }
}

function endedBefore(view: TaskView, run: RunView, situation: Situation): string | undefined {
  if (run.stopped !== undefined) return run.stopped.by;
  const dependency = dependencyState(view, situation.statusOf);
  return typeof dependency === 'object' ? `because ${dependency.failed} did not succeed` : undefined;
}

function mayStart(view: TaskView, situation: Situation): boolean {
  if (situation.halted || !isDue(view, situation.now.getTime())) return false;
  return dependencyState(view, situation.statusOf) === 'ready';
}

/** Nothing when it is parked for that already: an event says something new. */
function parked(view: TaskView, until: number | null, reason: string, why?: ParkedFor) {
  const moment = until === null ? null : new Date(until).toISOString();
  const sameReason = view.reason === reason || (why !== undefined && view.parkedFor === why);
  if (view.status === 'parked' && sameReason && view.parkedUntil === moment) return undefined;
  return { what: 'park' as const, until: moment, reason, for: why };
}

function spentText({ name, limitUsd, spentUsd }: SharedBudget, reserve: number): string {
  const used = `$${spentUsd.toFixed(2)} of $${limitUsd}`;
  return spentUsd >= limitUsd
    ? `${name} is used up: ${used}`
    : `${name} has no room for the $${reserve.toFixed(2)} it may take: ${used} used`;
}

/** What a task may still take: its own budget, else its estimate, else nothing that is known. */
function reserveOf(view: TaskView): number {
  const spent = taskCost(view).usd ?? 0;
  const expected = lastRun(view)?.plan?.limits.budgetUsd ?? view.route?.estimate.usd ?? 0;
  return Math.max(0, expected - spent);
}

function accountOf(run: RunView | undefined): Account {
  return { tool: run?.plan?.tool ?? '', account: run?.plan?.account };
}

function sameAccount(a: Account, b: Account): boolean {
  return a.tool === b.tool && a.account === b.account;
}

function repoOf(view: TaskView): string | undefined {
  return lastRun(view)?.plan?.workplace.repo;
}
