import { type Cells, cellKey } from '../model/learned.ts';
import { type Category, type Tier, tiers } from '../model/words.ts';
import { middle } from './quantile.ts';

/** What every tool is taken for before anything is known: 12 of 20 tasks go well. */
export const prior = { good: 12, bad: 8 };
/** What a run of the same category and another tier counts. */
const otherTier = 0.5;
/** What an override counts against the tool that was passed over; one in its favour makes up for it. */
const override = 0.5;
/** Deviations by which another tool must be better: 95 of 100 times it really is. */
const clear = 1.64;
/** What a price must come to of another one to be clearly lower. */
const lower = 0.7;
/** Runs with a price that it takes to compare prices. */
const leastPriced = 10;

/** How a tool has done at one kind of work, prior included. */
export interface Standing {
  tool: string;
  good: number;
  bad: number;
  /** Expected share of tasks that go well. */
  mean: number;
  variance: number;
  /** The middle price, or null below ten priced runs. */
  usd: number | null;
}

/** How a tool stands at a category and tier. */
export function standingOf(cells: Cells, category: Category, tier: Tier, tool: string): Standing {
  let good = 0;
  let bad = 0;
  const prices: number[] = [];
  for (const one of tiers) {
    const cell = cells[cellKey(category, one, tool)];
    if (cell === undefined) continue;
    const weight = one === tier ? 1 : otherTier;
    good += weight * cell.good;
    bad += weight * (cell.bad + override * Math.max(0, cell.overridden - (cell.named ?? 0)));
    if (one === tier)
      prices.push(...Object.values(cell.runs).flatMap((runs) => runs.flatMap(([usd]) => usd ?? [])));
  }
  const [a, b] = [prior.good + good, prior.bad + bad];
  return {
    tool,
    good,
    bad,
    mean: a / (a + b),
    variance: (a * b) / ((a + b) ** 2 * (a + b + 1)),
    usd: prices.length < leastPriced ? null : middle(prices),
  };
}

/** The tool that history prefers to the first of a list, with why; undefined when it keeps the first. */
export function preferred(standings: readonly Standing[]): { tool: string; why: string } | undefined {
  const [first, ...others] = standings;
  if (first === undefined) return undefined;
  const better = others
    .filter(
      (one) =>
        one.mean > first.mean && one.mean - first.mean > clear * Math.sqrt(one.variance + first.variance),
    )
    .sort((a, b) => b.mean - a.mean)[0];
  if (better !== undefined) {
    return {
      tool: better.tool,
      why:
        better.good + better.bad === 0
          ? `has not been tried at that here, and of ${first.tool}'s tasks only ${tally(first)}`
          : `has done better at that here: ${tally(better)}, ${first.tool} ${tally(first)}`,
    };
  }
  const { usd } = first;
  const cheaper = others
    .filter(
      (one) => usd !== null && one.usd !== null && one.usd <= lower * usd && one.mean >= first.mean - 0.05,
    )
    .sort((a, b) => (a.usd ?? 0) - (b.usd ?? 0))[0];
  if (cheaper === undefined) return undefined;
  const price = (one: Standing) => `$${(one.usd ?? 0).toFixed(2)}`;
  return {
    tool: cheaper.tool,
    why: `does that as well here for ${price(cheaper)} in place of ${price(first)} of ${first.tool}`,
  };
}

/** `41 of 50 went well`. */
export function tally({ good, bad }: Pick<Standing, 'good' | 'bad'>): string {
  return `${round(good)} of ${round(good + bad)} went well`;
}

function round(count: number): string {
  return String(Math.round(count * 10) / 10);
}
