import { OrchestraError } from '../base/errors.ts';
import type { EventBody } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Route } from '../model/route.ts';
import { lastRun, type TaskView, taskCost } from '../model/task-view.ts';
import { makePlan } from '../plan/plan.ts';
import type { NewEvent } from '../store/events.ts';
import { decideRoute, gatherSettings, type Settings, type ToolHere } from './decide-route.ts';
import { environmentParts, keepCallerEnvironment, writeRunFolder } from './request-task.ts';
import type { Asker } from './surroundings.ts';
import type { World } from './world.ts';

/**
 * One more run of a task: from the start or another turn in the session of the last run, as a person asks; or `again`,
 * what the error table says, with its own prompt.
 */
export type NextRun =
  /** `prompt` stands in for the task's text, for an agent that takes over from another. */
  | { mode: 'retry'; tool?: string; prompt?: string }
  | { mode: 'reply'; text: string }
  | {
      mode: 'again';
      tool: string | null;
      session: string | null;
      prompt: string;
      attempt: number;
      why: string;
    };

/** A run thought through, with nothing changed yet. `bodies` are the events that put it into the queue. */
export interface PlannedRun {
  plan: Plan;
  tool: ToolHere;
  prompt: string;
  spentUsd: number;
  bodies: EventBody[];
  settings: Settings;
}

/**
 * Plans one more run of a task, in the worktree of the last one. Throws `refused` when the task is not in a state for
 * it, `usage` or `unavailable` for the tool.
 */
export function planRun(world: World, view: TaskView, next: NextRun, asker: Asker): PlannedRun {
  const last = lastRun(view);
  if (last?.plan === undefined || view.route === undefined) {
    throw new OrchestraError('refused', `${view.id} has no plan to go on from.`, {
      hint: 'Give it again with orchestra delegate.',
    });
  }
  const before = last.plan;
  const settings = gatherSettings(asker.env, before.workplace.worktree ? before.workplace.repo : undefined);
  const text = world.store.text(view.id);
  const route = otherRoute(world, view, next, settings, text);
  const tool = installedTool(settings, route?.tool ?? before.tool);
  const plan = makePlan({
    task: view.id,
    run: last.run + 1,
    request: view.request,
    tool,
    model: route === undefined ? before.model : route.model,
    session: sessionFor(view, next, tool.profile.resume),
    config: settings.loaded.config,
    workplace: before.workplace,
    category: (route ?? view.route).category,
    policy: settings.policy,
    attempt: next.mode === 'again' ? next.attempt : 1,
    ...environmentParts(world.store.homeId, asker.env, tool, settings.loaded.config.env),
  });
  const spentUsd = taskCost(view).usd ?? 0;
  refuseSpentBudget(view.id, plan.limits.budgetUsd, spentUsd);
  const prompt = next.mode === 'reply' ? next.text : (next.prompt ?? text);
  const bodies: EventBody[] = [
    { type: 'queued', mode: next.mode, ...(next.mode === 'again' ? { reason: next.why } : {}) },
    ...(route === undefined ? [] : [{ type: 'routed' as const, route }]),
    { type: 'planned', plan },
  ];
  return { plan, tool, prompt, spentUsd, bodies, settings };
}

/** Puts one more run, asked for by a person, into the queue. Throws as `planRun` does, and `conflict`. */
export function requestRun(world: World, view: TaskView, next: NextRun, asker: Asker): PlannedRun {
  const planned = planRun(world, view, next, asker);
  const stored = world.store.appendWhen(view.id, (status) => {
    if (status !== view.status) return undefined;
    writeRunFolder(world, planned.plan, planned.prompt, asker.env, { spentUsd: planned.spentUsd });
    keepCallerEnvironment(world.home, view.id, asker.env, planned.settings, view.route);
    return eventsOf(planned);
  });
  if (stored === undefined) {
    throw new OrchestraError('conflict', `${view.id} has changed meanwhile.`, {
      hint: `Look at it again: orchestra status ${view.id}`,
    });
  }
  return planned;
}

/** The events of a planned run, each with the run it belongs to. */
export function eventsOf(planned: PlannedRun): NewEvent[] {
  return planned.bodies.map((body) => ({ run: body.type === 'planned' ? planned.plan.run : 0, body }));
}

/** The route with another tool, or undefined when the last one's stays. */
function otherRoute(
  world: World,
  view: TaskView,
  next: NextRun,
  settings: Settings,
  text: string,
): Route | undefined {
  const tool = next.mode === 'reply' ? undefined : (next.tool ?? undefined);
  if (tool === undefined || view.route === undefined) return undefined;
  const route = decideRoute(settings, world.home, { ...view.request, task: text, tool, model: undefined });
  if (next.mode !== 'again') return route;
  const fallbacks = view.route.fallbacks.filter((name) => name !== tool);
  return { ...route, rule: view.route.rule, fallbacks, why: `${tool} takes over: ${next.why}.` };
}

function installedTool(settings: Settings, name: string | null): ToolHere {
  const tool = settings.tools.find(
    (candidate) => candidate.profile.name === name && candidate.binary !== null,
  );
  if (tool !== undefined) return tool;
  throw new OrchestraError('unavailable', `The tool ${name} is not installed any more.`, {
    hint: 'orchestra tools',
  });
}

function sessionFor(view: TaskView, next: NextRun, canResume: boolean): string | null {
  if (next.mode === 'retry') return null;
  return next.mode === 'again' ? (canResume ? next.session : null) : sessionOf(view, canResume);
}

function refuseSpentBudget(task: string, budgetUsd: number | null, spentUsd: number): void {
  if (budgetUsd === null || spentUsd < budgetUsd) return;
  throw new OrchestraError(
    'refused',
    `${task} has used up its budget: $${spentUsd.toFixed(4)} of $${budgetUsd}.`,
    {
      hint: 'Give it as a new task with another --budget.',
    },
  );
}

function sessionOf(view: TaskView, canResume: boolean): string {
  const session = lastRun(view)?.report?.session ?? null;
  if (canResume && session !== null) return session;
  throw new OrchestraError('refused', `${view.id} has no session that could be resumed.`, {
    hint: `Run it again instead: orchestra retry ${view.id}`,
  });
}
