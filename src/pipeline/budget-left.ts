import type { Config } from '../model/config.ts';
import type { Home } from '../model/home.ts';
import type { BudgetLeft } from '../route/question.ts';
import { openStore } from '../store/store.ts';
import { runningTasks, Spending } from './spending.ts';

/** What the day's budgets leave for each of these tools; undefined when none is set. */
export function budgetsLeft(
  home: Home,
  config: Pick<Config, 'dayBudget' | 'toolBudgets'>,
  tools: readonly string[],
): Map<string, BudgetLeft> | undefined {
  if (config.dayBudget === null && Object.keys(config.toolBudgets).length === 0) return undefined;
  const store = openStore(home);
  try {
    const running = runningTasks(store);
    const spending = new Spending(home, config);
    return new Map(
      tools.flatMap((tool) => {
        const [least] = spending
          .shared(tool, running)
          .map(({ name, limitUsd, spentUsd }) => ({ name, usd: limitUsd - spentUsd }))
          .sort((a, b) => a.usd - b.usd);
        return least === undefined ? [] : [[tool, least]];
      }),
    );
  } finally {
    store.close();
  }
}
