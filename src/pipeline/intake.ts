import { OrchestraError } from '../base/errors.ts';
import type { Proposal } from './request-task.ts';
import { runningTasks, Spending } from './spending.ts';
import type { World } from './world.ts';

/**
 * Throws `refused` when the queue takes no more tasks, or `over_budget` when the day's budget of a proposal's tool is
 * used up.
 */
export function refuseTooMuch(world: World, proposals: readonly Proposal[]): void {
  const { store, home } = world;
  const counts = store.counts();
  const waiting = (counts.queued ?? 0) + (counts.parked ?? 0);
  for (const { settings, route } of proposals) {
    const { config } = settings.loaded;
    if (waiting + proposals.length > config.maxQueued) {
      throw new OrchestraError(
        'refused',
        `${waiting} tasks are waiting, and ${config.maxQueued} may (maxQueued); ${proposals.length} more would be too many.`,
        { hint: 'See them: orchestra status. Stop some: orchestra cancel TASK…' },
      );
    }
    const budgets = new Spending(home, config).shared(route.tool ?? '', runningTasks(store));
    const used = budgets.find((budget) => budget.spentUsd >= budget.limitUsd);
    if (used === undefined) continue;
    throw new OrchestraError(
      'over_budget',
      `${sentence(used.name)} is used up: $${used.spentUsd.toFixed(2)} of $${used.limitUsd}.`,
      {
        hint: 'It starts anew at midnight; raise it in config.yaml (orchestra config shows where it is set).',
      },
    );
  }
}

function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
