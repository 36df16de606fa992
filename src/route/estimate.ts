import type { LedgerLine } from '../model/ledger.ts';
import { type Estimate, noEstimate } from '../model/route.ts';
import type { Category, Tier } from '../model/words.ts';

/** What a task of this kind has taken so far. */
export type Estimator = (category: Category, tier: Tier, tool: string) => Estimate;

const LEAST_RUNS = 3;

/**
 * Estimates from the ledger: the median of the runs of the same tool, narrowed to category and tier while at least
 * three are left. Runs that did not work out and unknown prices are left out.
 */
export function estimator(lines: readonly LedgerLine[]): Estimator {
  return (category, tier, tool) => {
    const ofTool = lines.filter(
      (line) => line.tool === tool && line.status !== 'failed' && line.status !== 'cancelled',
    );
    const narrowed = [
      {
        runs: ofTool.filter((line) => line.category === category && line.tier === tier),
        what: `${tier} ${category} runs`,
      },
      { runs: ofTool.filter((line) => line.tier === tier), what: `${tier} runs` },
      { runs: ofTool, what: 'runs' },
    ].find(({ runs }) => runs.length >= LEAST_RUNS);
    if (narrowed === undefined) return noEstimate;
    return {
      usd: median(narrowed.runs.flatMap((line) => (line.usd === null ? [] : [line.usd]))),
      seconds: median(narrowed.runs.flatMap((line) => (line.seconds === undefined ? [] : [line.seconds]))),
      basis: `median of ${narrowed.runs.length} ${narrowed.what} of ${tool}`,
    };
  };
}

/** The middle value; null for none. */
function median(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
