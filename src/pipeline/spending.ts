import type { SharedBudget } from '../guard/limits.ts';
import type { Config } from '../model/config.ts';
import type { Home } from '../model/home.ts';
import { lastRun, type TaskView, viewTask } from '../model/task-view.ts';
import { ledgerLinesSince } from '../store/ledger-tail.ts';
import type { Store } from '../store/store.ts';

type Budgets = Pick<Config, 'dayBudget' | 'toolBudgets'>;

/** What has been spent of the day's budgets: the ledger since local midnight, and what is running. US dollars. */
export class Spending {
  readonly #home: Home;
  readonly #budgets: Budgets;

  constructor(home: Home, budgets: Budgets) {
    this.#home = home;
    this.#budgets = budgets;
  }

  /** The budgets that count for a tool, with what the ledger and the given running tasks have taken of them. */
  shared(tool: string, running: readonly TaskView[], now = new Date()): SharedBudget[] {
    const { dayBudget, toolBudgets } = this.#budgets;
    const toolLimit = Object.hasOwn(toolBudgets, tool) ? toolBudgets[tool] : undefined;
    if (dayBudget === null && toolLimit === undefined) return [];
    const spent = this.#spentToday(now);
    for (const view of running) {
      const run = lastRun(view);
      const usd = run?.settlement === undefined ? (run?.partialCost?.usd ?? 0) : 0;
      if (run?.plan !== undefined) add(spent, run.plan.tool, usd);
    }
    const budgets: SharedBudget[] = [];
    if (dayBudget !== null) {
      budgets.push({ name: "the day's budget", limitUsd: dayBudget, spentUsd: spent.all });
    }
    if (toolLimit !== undefined) {
      const name = `the day's budget of ${tool}`;
      budgets.push({ name, limitUsd: toolLimit, spentUsd: spent.tools.get(tool) ?? 0 });
    }
    return budgets;
  }

  #spentToday(now: Date): Spent {
    const spent: Spent = { all: 0, tools: new Map() };
    const runs = new Set<string>();
    for (const line of ledgerLinesSince(this.#home.ledger, midnight(now, 0).toISOString())) {
      const key = `${line.task} ${line.run}`;
      if (!runs.has(key)) add(spent, line.tool, line.usd ?? 0);
      runs.add(key);
    }
    return spent;
  }
}

/** The tasks that are at work or being checked. */
export function runningTasks(store: Store): TaskView[] {
  return store.inStatus('running', 'verifying').flatMap((id) => viewTask(store.events(id)) ?? []);
}

interface Spent {
  all: number;
  tools: Map<string, number>;
}

function add(spent: Spent, tool: string, usd: number): void {
  spent.all += usd;
  spent.tools.set(tool, (spent.tools.get(tool) ?? 0) + usd);
}

/** Local midnight, `days` after the one that began this day. */
export function midnight(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}
