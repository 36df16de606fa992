import type { Cost, CostSource, Usage } from './usage.ts';

/** The cost of what is not known. */
export const unknownCost: Cost = { usd: null, source: 'unknown', tokens: null };

/** The sum of two token counts. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

/** What `total` has beyond `before`, or undefined when a counter shrank, so that `before` is no part of it. */
export function subtractUsage(total: Usage, before: Usage): Usage | undefined {
  const difference = addUsage(total, {
    input: -before.input,
    output: -before.output,
    cacheRead: -before.cacheRead,
    cacheWrite: -before.cacheWrite,
  });
  return Object.values(difference).some((value) => value < 0) ? undefined : difference;
}

const sourceRank: Record<CostSource, number> = { reported: 0, computed: 1, estimated: 2, unknown: 3 };

/**
 * The cost of several runs. An unknown part makes the sum's `source` the weakest of the parts; `usd` is then the sum
 * of the known parts, or null when none is known.
 */
export function addCosts(costs: readonly Cost[]): Cost {
  return costs.reduce<Cost>((sum, cost, index) => {
    if (index === 0) return cost;
    return {
      usd: sum.usd === null ? cost.usd : rounded(sum.usd + (cost.usd ?? 0)),
      source: sourceRank[cost.source] > sourceRank[sum.source] ? cost.source : sum.source,
      tokens: sum.tokens && cost.tokens ? addUsage(sum.tokens, cost.tokens) : (sum.tokens ?? cost.tokens),
    };
  }, unknownCost);
}

// Binary sums of decimal prices end in noise.
function rounded(usd: number): number {
  return Number(usd.toFixed(10));
}
