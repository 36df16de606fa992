import { messageOf } from '../base/errors.ts';
import type { EventBody } from '../model/event.ts';
import { keptEnvironment } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { RunView, TaskView } from '../model/task-view.ts';
import { againText, resumeText, type Setback } from '../plan/briefing.ts';
import { nextStep } from '../settle/next-step.ts';
import type { Outcome } from '../settle/outcome.ts';
import { keptVariables } from '../spawn/kept-environment.ts';
import { type PlannedRun, planRun } from './request-run.ts';
import { writeRunFolder } from './request-task.ts';
import type { World } from './world.ts';

/** The run that follows a failed one without a person asking, or why there is none (null: nothing to say). */
export type FollowUp =
  | { planned: PlannedRun; parked: (EventBody & { type: 'parked' }) | undefined; write(): void }
  | { planned: undefined; why: string | null };

interface Wish {
  at: number | null;
  tool: string | null;
  resume: boolean;
  attempt: number;
  why: string;
  /** Parked until somebody does something. */
  halted: boolean;
}

const none: FollowUp = { planned: undefined, why: null };

/**
 * What follows a run by the error table. `view` holds its settlement already. Changes nothing: `write` makes the run
 * folder, and the events are the caller's to store.
 */
export function followUp(world: World, view: TaskView, run: RunView, plan: Plan, outcome: Outcome): FollowUp {
  const [error] = outcome.errors;
  // A person at the keyboard of its pane ended it.
  const byHand = run.ending?.signal === 'SIGINT' || run.ending?.code === 130;
  if (outcome.status !== 'failed' || error === undefined || byHand) return none;
  const red = run.verdict?.checks.filter((check) => !check.passed) ?? [];
  // What was broken before is not the agent's to mend, unless the task names checks: they say what is wanted.
  const wanted = (view.request.checks ?? []).length > 0;
  const old = !wanted && red.every((check) => check.baseline === 'failed');
  if (error.class === 'check_failed' && old) return none;
  const wish = wishFor(view, run, plan, error);
  if (wish === undefined) return none;
  const env = keptVariables(keptEnvironment(world.home, view.id));
  if (env === undefined) return { planned: undefined, why: 'not tried again: its environment is gone' };
  const setback: Setback = { error, checks: run.verdict?.checks ?? [] };
  const session = wish.resume ? (run.report?.session ?? null) : null;
  const prompt = session === null ? againText(world.store.text(view.id), setback) : resumeText(setback);
  const asker = { cwd: world.home.root, env: { ...world.env, ...env } };
  try {
    const { tool, attempt, why } = wish;
    const planned = planRun(world, view, { mode: 'again', tool, session, prompt, attempt, why }, asker);
    const until = wish.at === null ? null : new Date(wish.at).toISOString();
    const parked =
      wish.halted || until !== null
        ? { type: 'parked' as const, until, reason: why, ...(wish.halted && { for: 'resume' as const }) }
        : undefined;
    const { plan, spentUsd } = planned;
    const write = () => writeRunFolder(world, plan, prompt, asker.env, { spentUsd });
    return { planned, parked, write };
  } catch (problem) {
    return { planned: undefined, why: `not tried again: ${messageOf(problem)}` };
  }
}

function wishFor(view: TaskView, run: RunView, plan: Plan, error: Setback['error']): Wish | undefined {
  const attempt = plan.attempt ?? 1;
  const resumable = run.report?.session != null;
  if (run.stopped?.why === 'halted') {
    const why = 'stopped by you; orchestra resume goes on';
    return { at: null, tool: null, resume: resumable, attempt, why, halted: true };
  }
  const attempts = plan.limits.attempts ?? 1;
  const chosen = view.request.tool !== undefined || view.request.model !== undefined;
  const step = nextStep({
    error,
    attempt,
    attempts,
    retryAt: run.report?.retryAt ? Date.parse(run.report.retryAt) : null,
    resumable,
    resumed: plan.session !== null,
    otherTool: chosen ? null : (view.route?.fallbacks[0] ?? null),
    now: Date.now(),
    random: Math.random(),
  });
  if (step === undefined) return undefined;
  const why = `${step.remedy} after ${error.class}: ${error.message}`;
  return { ...step, attempt: attempt + 1, why, halted: false };
}
