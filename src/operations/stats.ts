import * as z from 'zod';
import { parseDuration } from '../base/time.ts';
import { findTools } from '../pipeline/decide-route.ts';
import { type PastTask, pastTasks } from '../pipeline/history.ts';
import { readLearned } from '../pipeline/learned.ts';
import { type Estimator, estimator } from '../route/estimate.ts';
import { quantile } from '../route/quantile.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation } from './operation.ts';

const groupings = ['day', 'category', 'tool'] as const;

const input = z.object({
  by: field(z.enum(groupings).default('category'), {
    description: `group by ${groupings.join(', ')}`,
    value: 'WHAT',
  }),
  since: field(z.string().optional(), { description: 'only the last while, such as 30d', value: 'DUR' }),
  chart: field(z.boolean().optional(), { description: 'draw tasks and success as bars of text' }),
});

/** Median and 95th percentile in seconds; null where nothing was measured. */
export interface Spread {
  median: number | null;
  p95: number | null;
}

/** A group of tasks. */
export interface StatsGroup {
  key: string;
  tasks: number;
  /** Tasks that are decided: approved or done, rejected or failed. */
  decided: number;
  succeeded: number;
  /** From the request to the start, at work, being checked, waiting for you, and from the request to the settlement. */
  seconds: { wait: Spread; work: Spread; check: Spread; review: Spread; whole: Spread };
  /** The known prices; null when none is known. */
  usd: number | null;
  /** What the dearest of the tools installed would probably have cost more, over the tasks where both are known. */
  savedUsd: number | null;
  /** Tasks whose category, tier or tool was named and would have been another. */
  overrides: number;
  retries: number;
}

/** How often the truth lay at or below an estimate: half of the time for P50, nine of ten for P90. */
export interface Calibration {
  estimates: number;
  belowP50: number | null;
  belowP90: number | null;
}

/** `orchestra.stats/1`. */
export interface StatsDocument {
  schema: 'orchestra.stats/1';
  by: (typeof groupings)[number];
  since: string | null;
  chart: boolean;
  groups: StatsGroup[];
  total: StatsGroup;
  calibration: { usd: Calibration; seconds: Calibration };
}

/** What became of tasks, how long they took, and how good the router and its estimates were. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'stats',
  summary: 'what became of tasks: success, times, cost, savings, overrides',
  effect: 'read',
  input,
  output: 'orchestra.stats/1',
  examples: ['orchestra stats', 'orchestra stats --by tool --since 30d', 'orchestra stats --by day --chart'],
  async run(caller, { by, since, chart }) {
    const from = since === undefined ? undefined : new Date(Date.now() - parseDuration(since));
    const { tasks, cells } = await withWorld(caller, { write: false }, ({ home, store }) => ({
      tasks: pastTasks(store, from?.getTime()),
      cells: readLearned(home, store).cells,
    }));
    const { tools } = findTools(caller.env);
    const profiles = tools.map(({ profile }) => profile);
    const estimate = estimator(cells, profiles);
    const choices = tools
      .filter(({ profile, binary }) => profile.automatic && binary !== null)
      .map(({ profile }) => profile.name);
    const dearest = (task: PastTask) => dearestUsd(task, choices, estimate);
    const keys = [...new Set(tasks.map((task) => keyOf(task, by)))].sort();
    const document: StatsDocument = {
      schema: 'orchestra.stats/1',
      by,
      since: from?.toISOString() ?? null,
      chart: chart === true,
      groups: keys.map((key) =>
        groupOf(
          key,
          tasks.filter((task) => keyOf(task, by) === key),
          dearest,
        ),
      ),
      total: groupOf('total', tasks, dearest),
      calibration: {
        usd: calibrationOf(tasks, (task) => [
          task.runs[0]?.usd,
          task.route?.estimate.usd,
          task.route?.estimate.usdP90,
        ]),
        seconds: calibrationOf(tasks, (task) => [
          task.runs[0]?.seconds,
          task.route?.estimate.seconds,
          task.route?.estimate.secondsP90,
        ]),
      },
    };
    return { documents: [document] };
  },
};

function keyOf(task: PastTask, by: (typeof groupings)[number]): string {
  if (by === 'day') return new Date(task.at).toISOString().slice(0, 10);
  if (by === 'tool') return task.runs.at(-1)?.tool ?? task.route?.tool ?? 'none';
  return task.route?.category ?? 'none';
}

function groupOf(
  key: string,
  tasks: readonly PastTask[],
  dearest: (task: PastTask) => number | null,
): StatsGroup {
  const decided = tasks.filter(({ success }) => success !== null);
  const runs = tasks.flatMap((task) => task.runs);
  const between = (pairs: readonly (readonly [number | null | undefined, number | null | undefined])[]) =>
    spread(pairs.flatMap(([start, end]) => (start && end ? [(end - start) / 1000] : [])));
  const prices = runs.flatMap(({ usd }) => usd ?? []);
  const saved = tasks.flatMap((task) => {
    const spent = task.runs.map(({ usd }) => usd);
    const most = dearest(task);
    if (most === null || spent.length === 0 || spent.includes(null)) return [];
    return [most - spent.reduce<number>((sum, usd) => sum + (usd ?? 0), 0)];
  });
  return {
    key,
    tasks: tasks.length,
    decided: decided.length,
    succeeded: decided.filter(({ success }) => success).length,
    seconds: {
      wait: between(tasks.map((task) => [task.at, task.runs[0]?.startedAt])),
      work: between(runs.map((run) => [run.startedAt, run.endedAt])),
      check: between(runs.map((run) => [run.endedAt, run.settledAt])),
      review: between(tasks.map((task) => [task.runs.at(-1)?.settledAt, task.decidedAt])),
      whole: between(tasks.map((task) => [task.at, task.runs.at(-1)?.settledAt])),
    },
    usd: prices.length === 0 ? null : sumOf(prices),
    savedUsd: saved.length === 0 ? null : sumOf(saved),
    overrides: tasks.filter(isOverride).length,
    retries: tasks.reduce((sum, { retries }) => sum + retries, 0),
  };
}

/** Whether the user's flags changed what would have been chosen. */
export function isOverride({ route }: PastTask): boolean {
  const free = route?.unforced;
  return (
    free !== undefined &&
    ['category', 'tier', 'tool'].some((key) => free[key as 'tool'] !== route?.[key as 'tool'])
  );
}

// Nothing for what was never a choice, such as a scripted tool that is taken only by name.
function dearestUsd({ route, runs }: PastTask, tools: readonly string[], estimate: Estimator): number | null {
  if (route === undefined || !runs.every(({ tool }) => tools.includes(tool))) return null;
  const prices = tools.flatMap((tool) => estimate(route.category, route.tier, tool, null).usd ?? []);
  return prices.length === 0 ? null : Math.max(...prices);
}

type Figure = number | null | undefined;

function calibrationOf(
  tasks: readonly PastTask[],
  figures: (task: PastTask) => readonly [Figure, Figure, Figure],
): Calibration {
  const known = tasks.flatMap((task) => {
    const [truth, p50, p90] = figures(task);
    const finished = task.runs[0]?.status !== 'failed' && task.runs[0]?.status !== 'cancelled';
    return finished && typeof truth === 'number' && typeof p50 === 'number' ? [{ truth, p50, p90 }] : [];
  });
  const tailed = known.flatMap(({ truth, p90 }) => (typeof p90 === 'number' ? [truth <= p90] : []));
  return {
    estimates: known.length,
    belowP50:
      known.length === 0 ? null : known.filter(({ truth, p50 }) => truth <= p50).length / known.length,
    belowP90: tailed.length === 0 ? null : tailed.filter(Boolean).length / tailed.length,
  };
}

function spread(seconds: readonly number[]): Spread {
  return { median: quantile(seconds, 0.5), p95: seconds.length === 0 ? null : quantile(seconds, 0.95) };
}

function sumOf(values: readonly number[]): number {
  return Math.round(values.reduce((sum, one) => sum + one, 0) * 1e6) / 1e6;
}
