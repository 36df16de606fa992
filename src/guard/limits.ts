import type { StopReason } from '../model/ending.ts';
import type { Plan } from '../model/plan.ts';
import type { Cost } from '../model/usage.ts';

/** What a warning is about; each is given once a run. */
export type Warning = 'budget' | 'shared' | 'unpriced' | 'untold';

/** What to do with a run, and why. */
export type GuardDecision =
  | { action: 'go-on' }
  | { action: 'warn'; about: Warning; message: string }
  | { action: 'stop'; why: StopReason; message: string };

/** A budget that many tasks share, such as the day's, with what all of them have spent of it so far, in US dollars. */
export interface SharedBudget {
  /** In words, such as `the day's budget`. */
  name: string;
  limitUsd: number;
  spentUsd: number;
}

/** A run as it stands. */
export interface GuardLook {
  elapsedSeconds: number;
  cost: Cost;
  /** What earlier runs of the task have cost, in US dollars. */
  spentBefore: number;
  /** The shared budgets that count for it; what it has spent itself is in them. */
  shared: readonly SharedBudget[];
  warned: ReadonlySet<Warning>;
  /** The tool has told its end and is only leaving: what it has spent is spent. */
  finished: boolean;
}

/** After so long without a word about tokens or dollars it is said that a budget is not held. */
const UNTOLD_SECONDS = 30;

/** The share of a budget at which there is a warning. */
export const warnAt = 0.8;

/** Holds a running task against its limits. A model without a price is capped by its tokens, never by a guess. */
export function guardRun(limits: Plan['limits'], now: GuardLook): GuardDecision {
  if (now.elapsedSeconds >= limits.timeoutSeconds) {
    return { action: 'stop', why: 'timeout', message: `over its time limit of ${limits.timeoutSeconds} s` };
  }
  if (now.finished) return { action: 'go-on' };
  const decisions = [taskDecision(limits, now), ...now.shared.map((budget) => sharedDecision(budget))];
  return (
    decisions.find(({ action }) => action === 'stop') ??
    decisions.find((one) => one.action === 'warn' && !now.warned.has(one.about)) ?? { action: 'go-on' }
  );
}

function taskDecision(limits: Plan['limits'], now: GuardLook): GuardDecision {
  const { budgetUsd } = limits;
  if (budgetUsd === null) return { action: 'go-on' };
  if (now.cost.usd === null) return unpricedDecision(limits, budgetUsd, now);
  const spent = now.spentBefore + now.cost.usd;
  const figures = `$${spent.toFixed(4)} of $${budgetUsd}`;
  if (spent >= budgetUsd) {
    return { action: 'stop', why: 'over_budget', message: `over its budget: ${figures}` };
  }
  if (spent < budgetUsd * warnAt) return { action: 'go-on' };
  return { action: 'warn', about: 'budget', message: `has used ${figures}` };
}

function unpricedDecision(limits: Plan['limits'], budgetUsd: number, now: GuardLook): GuardDecision {
  const cap = limits.unpricedTokens;
  const { tokens } = now.cost;
  if (tokens === null) {
    if (now.elapsedSeconds < UNTOLD_SECONDS) return { action: 'go-on' };
    const message = `has told neither tokens nor a price so far, so its budget of $${budgetUsd} can't be held; it stops at ${limits.timeoutSeconds} s instead`;
    return { action: 'warn', about: 'untold', message };
  }
  if (cap === undefined) return { action: 'go-on' };
  const used = tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
  if (used >= cap) {
    const message = `over ${cap} tokens, the limit for a model without a known price: ${used} used`;
    return { action: 'stop', why: 'over_budget', message };
  }
  const instead = `it stops at ${cap} tokens or ${limits.timeoutSeconds} s instead`;
  const message = `its model has no known price, so its budget of $${budgetUsd} can't be held in dollars; ${instead}`;
  return { action: 'warn', about: 'unpriced', message };
}

function sharedDecision({ name, limitUsd, spentUsd }: SharedBudget): GuardDecision {
  const figures = `$${spentUsd.toFixed(4)} of $${limitUsd}`;
  if (spentUsd >= limitUsd) {
    return { action: 'stop', why: 'over_budget', message: `over ${name}: ${figures}` };
  }
  if (spentUsd < limitUsd * warnAt) return { action: 'go-on' };
  return { action: 'warn', about: 'shared', message: `${name} is nearly used: ${figures}` };
}
