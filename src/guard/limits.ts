import type { StopReason } from '../model/ending.ts';
import type { Plan } from '../model/plan.ts';
import type { Cost } from '../model/usage.ts';

/** What to do with a run, and why. */
export type GuardDecision =
  | { action: 'go-on' }
  | { action: 'warn'; message: string }
  | { action: 'stop'; why: StopReason; message: string };

const WARN_AT = 0.8;

/**
 * Holds a running task against its limits. `spentBefore` is what earlier runs of the task have cost, in US dollars;
 * `finished` says that the tool has told its end and is only leaving: what it has spent is spent.
 */
export function guardRun(
  limits: Plan['limits'],
  now: { elapsedSeconds: number; cost: Cost; spentBefore: number; warned: boolean; finished: boolean },
): GuardDecision {
  if (now.elapsedSeconds >= limits.timeoutSeconds) {
    return { action: 'stop', why: 'timeout', message: `over its time limit of ${limits.timeoutSeconds} s` };
  }
  if (limits.budgetUsd === null || now.cost.usd === null || now.finished) return { action: 'go-on' };
  const spent = now.spentBefore + now.cost.usd;
  const figures = `$${spent.toFixed(4)} of $${limits.budgetUsd}`;
  if (spent >= limits.budgetUsd)
    return { action: 'stop', why: 'over_budget', message: `over its budget: ${figures}` };
  if (spent >= limits.budgetUsd * WARN_AT && !now.warned)
    return { action: 'warn', message: `has used ${figures}` };
  return { action: 'go-on' };
}
