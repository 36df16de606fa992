import { OrchestraError } from '../base/errors.ts';
import type { EventBody } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { lastRun, type TaskView, taskCost } from '../model/task-view.ts';
import { makePlan } from '../plan/plan.ts';
import { decideRoute, gatherSettings } from './decide-route.ts';
import { type Asker, environmentParts, writeRunFolder } from './request-task.ts';
import type { World } from './world.ts';

/** One more run of a task: again from the start, or another turn in the session of the last run. */
export type NextRun = { mode: 'retry'; tool?: string } | { mode: 'reply'; text: string };

/**
 * Plans one more run of a task, in the worktree of the last one, and puts it into the queue.
 * Throws `refused` when the task is not in a state for it, `usage` or `unavailable` for the tool.
 */
export function requestRun(world: World, view: TaskView, next: NextRun, asker: Asker): Plan {
  const last = lastRun(view);
  if (last?.plan === undefined || view.route === undefined) {
    throw new OrchestraError('refused', `${view.id} has no plan to go on from.`, {
      hint: 'Give it again with orchestra delegate.',
    });
  }
  const before = last.plan;
  const settings = gatherSettings(asker.env, before.workplace.worktree ? before.workplace.repo : undefined);
  const named = next.mode === 'retry' ? next.tool : undefined;
  const text = world.store.text(view.id);
  const route =
    named === undefined
      ? view.route
      : decideRoute(settings, world.home, { ...view.request, task: text, tool: named, model: undefined });
  const name = named === undefined ? before.tool : route.tool;
  const tool = settings.tools.find(
    (candidate) => candidate.profile.name === name && candidate.binary !== null,
  );
  if (tool === undefined) {
    throw new OrchestraError('unavailable', `The tool ${name} is not installed any more.`, {
      hint: 'orchestra tools',
    });
  }
  const session = next.mode === 'reply' ? sessionOf(view, tool.profile.resume) : null;
  const plan = makePlan({
    task: view.id,
    run: last.run + 1,
    request: view.request,
    tool,
    model: named === undefined ? before.model : route.model,
    session,
    config: settings.loaded.config,
    workplace: before.workplace,
    ...environmentParts(asker.env, tool, settings.loaded.config.env),
  });
  const spentUsd = taskCost(view).usd ?? 0;
  refuseSpentBudget(view.id, plan.limits.budgetUsd, spentUsd);
  const bodies: EventBody[] = [
    { type: 'queued', mode: next.mode },
    ...(named === undefined ? [] : [{ type: 'routed' as const, route }]),
    { type: 'planned', plan },
  ];
  const stored = world.store.appendWhen(view.id, (status) => {
    if (status !== view.status) return undefined;
    writeRunFolder(world, plan, next.mode === 'reply' ? next.text : text, asker.env, spentUsd);
    return bodies.map((body) => ({ run: body.type === 'planned' ? plan.run : 0, body }));
  });
  if (stored === undefined) {
    throw new OrchestraError('conflict', `${view.id} has changed meanwhile.`, {
      hint: `Look at it again: orchestra status ${view.id}`,
    });
  }
  return plan;
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
