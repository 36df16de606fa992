import type { Ending } from '../model/ending.ts';
import { blockingFindings, findingText } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { RunView } from '../model/task-view.ts';
import type { Verdict } from '../model/verdict.ts';
import type { TaskError } from '../model/word-schemas.ts';
import type { TaskStatus } from '../model/words.ts';
import { redChecksText } from './check-words.ts';
import { endedFromOutside, lostText } from './killed-words.ts';

/** What a run came to. */
export interface Outcome {
  status: TaskStatus;
  reason: string;
  errors: TaskError[];
}

/** Decides what a finished run came to, from facts first and the tool's claim last. */
export function decideOutcome(
  plan: Plan,
  ending: Ending,
  stopped: RunView['stopped'],
  report: Report,
  verdict: Verdict,
): Outcome {
  return (
    stoppedOutcome(stopped, report) ??
    brokenOutcome(ending, report) ??
    refutedOutcome(plan, verdict) ??
    openOutcome(plan, report, verdict) ??
    policyOutcome(plan, verdict) ??
    goodOutcome(plan, verdict)
  );
}

/**
 * The outcome of a run that finished by itself and cost more than the task may: it needs a look before it lands. Where the
 * cost is not known, it says that nothing held the run to its budget in dollars.
 */
export function noteBudget(outcome: Outcome, spentUsd: number | null, budgetUsd: number | null): Outcome {
  if (budgetUsd === null || (outcome.status !== 'review' && outcome.status !== 'done')) return outcome;
  if (spentUsd === null) {
    const unheld = `its cost is not known, so the budget of $${budgetUsd} was not held in dollars`;
    return { ...outcome, reason: `${outcome.reason}; ${unheld}` };
  }
  if (spentUsd <= budgetUsd) return outcome;
  const message = `it finished, and has cost $${spentUsd.toFixed(4)} of $${budgetUsd}`;
  return {
    ...outcome,
    reason: `over_budget: ${message}; ${outcome.reason}`,
    errors: [...outcome.errors, { class: 'over_budget', message }],
  };
}

function failed(error: TaskError): Outcome {
  return { status: 'failed', reason: `${error.class}: ${error.message}`, errors: [error] };
}

function stoppedOutcome(stopped: RunView['stopped'], report: Report): Outcome | undefined {
  if (stopped === undefined) return undefined;
  // It finished before the signal reached it.
  const cutShort = stopped.why === 'timeout' || stopped.why === 'stalled' || stopped.why === 'halted';
  if (cutShort && report.outcome === 'completed') return undefined;
  if (stopped.why === 'halted') return failed({ class: 'killed', message: 'stopped by orchestra stop' });
  if (stopped.why === 'cancelled')
    return { status: 'cancelled', reason: `cancelled ${stopped.by}`, errors: [] };
  return failed({ class: stopped.why, message: `stopped: it was ${stopped.by}` });
}

function brokenOutcome(ending: Ending, report: Report): Outcome | undefined {
  if (ending.cause === 'lost') return failed({ class: 'lost', message: lostText(ending) });
  if (report.outcome !== 'completed') {
    const error = report.error ?? {
      class: 'bad_output' as const,
      message: 'the output ends without a final event',
    };
    return failed(endedFromOutside(ending, error) ?? error);
  }
  if (ending.logIncomplete) {
    return failed({
      class: 'bad_output',
      message: 'the output could not be written whole (is the disk full?)',
    });
  }
  return undefined;
}

function refutedOutcome(plan: Plan, verdict: Verdict): Outcome | undefined {
  if (plan.access === 'read-only' && (verdict.files?.length ?? 0) > 0) {
    return failed({ class: 'policy', message: `a read-only task changed ${verdict.files?.length} file(s)` });
  }
  if (plan.workplace.worktree && verdict.files === null) {
    return failed({
      class: 'lost',
      message: `its worktree is gone; what was committed is on ${plan.workplace.branch}`,
    });
  }
  if (verdict.checks.every((check) => check.passed)) return undefined;
  return failed({ class: 'check_failed', message: redChecksText(verdict.checks) });
}

/** Work that a rule speaks against: for a person to decide where the rule allows that, else refused. */
function policyOutcome(plan: Plan, verdict: Verdict): Outcome | undefined {
  const blocking = blockingFindings(verdict);
  const first = blocking.find(({ overridable }) => !overridable) ?? blocking[0];
  if (first === undefined) return undefined;
  const more = blocking.length > 1 ? ` and ${blocking.length - 1} more` : '';
  const error: TaskError = { class: 'policy', message: `${findingText(first)}${more}` };
  if (!first.overridable || !plan.workplace.worktree) return failed(error);
  return { status: 'review', reason: `${error.class}: ${error.message}`, errors: [error] };
}

function openOutcome(plan: Plan, report: Report, verdict: Verdict): Outcome | undefined {
  if (report.questions.length > 0) {
    return { status: 'blocked', reason: `it asks: ${report.questions[0]}`, errors: [] };
  }
  const unchanged = verdict.files?.length === 0 && verdict.commits.length === 0;
  if (!unchanged || plan.access === 'read-only' || !plan.workplace.worktree) return undefined;
  if (report.denied.length > 0) {
    const error: TaskError = {
      class: 'permission',
      message: `it was not allowed: ${report.denied.join('; ')}`,
    };
    return { status: 'blocked', reason: `${error.class}: ${error.message}`, errors: [error] };
  }
  const error: TaskError = { class: 'no_change', message: 'it says it is finished and changed no file' };
  return { status: 'review', reason: `${error.class}: ${error.message}`, errors: [error] };
}

function goodOutcome(plan: Plan, verdict: Verdict): Outcome {
  const checks =
    verdict.checks.length === 0
      ? 'no checks were run'
      : `${verdict.checks.length} check${verdict.checks.length === 1 ? '' : 's'} passed`;
  const files = verdict.files?.length ?? 0;
  if (!plan.workplace.worktree) return { status: 'done', reason: `worked in place; ${checks}`, errors: [] };
  if (files === 0 && verdict.commits.length === 0) {
    return { status: 'done', reason: `read-only, nothing to land; ${checks}`, errors: [] };
  }
  const changed = `${files} file${files === 1 ? '' : 's'} changed`;
  return { status: 'review', reason: `${changed}; ${checks}${warningsText(verdict)}`, errors: [] };
}

function warningsText({ findings = [] }: Verdict): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.length === 0 ? '' : `; the policy warns of ${rules.join(', ')}`;
}
