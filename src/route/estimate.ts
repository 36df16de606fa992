import type { Cells } from '../model/learned.ts';
import type { Profile } from '../model/profile.ts';
import { type Estimate, noEstimate } from '../model/route.ts';
import type { Category, Tier } from '../model/words.ts';
import { quantile } from './quantile.ts';

/** What a task of this kind will take. */
export type Estimator = (category: Category, tier: Tier, tool: string, model: string | null) => Estimate;

const leastRuns = 3;

/** The key of runs whose model is not known. */
export const unknownModel = 'default';

type Run = [number | null, number | null];

/**
 * Estimates from the runs of the same tool, narrowed to tier, category and model while at least three are left; then
 * from what the profile declares, which the basis says.
 */
export function estimator(cells: Cells, profiles: readonly Profile[] = []): Estimator {
  return (category, tier, tool, model) => {
    const rows = rowsOf(cells, tool);
    const ofModel = (run: { model: string }) => run.model === (model ?? unknownModel);
    const named = model ?? 'its default model';
    const exact = rows.filter((row) => row.category === category && row.tier === tier);
    const ofTier = rows.filter((row) => row.tier === tier);
    const narrowed = [
      { found: exact.filter(ofModel), what: `${tier} ${category} runs of ${tool} with ${named}` },
      { found: exact, what: `${tier} ${category} runs of ${tool}` },
      { found: ofTier.filter(ofModel), what: `${tier} runs of ${tool} with ${named}` },
      { found: ofTier, what: `${tier} runs of ${tool}` },
      { found: rows, what: `runs of ${tool}` },
    ].find(({ found }) => found.length >= leastRuns);
    if (narrowed === undefined) return declared(profiles, tool, tier);
    const usd = narrowed.found.flatMap(({ run }) => run[0] ?? []);
    const seconds = narrowed.found.flatMap(({ run }) => run[1] ?? []);
    return {
      usd: quantile(usd, 0.5),
      seconds: quantile(seconds, 0.5),
      usdP90: quantile(usd, 0.9),
      secondsP90: quantile(seconds, 0.9),
      basis: `median of ${narrowed.found.length} ${narrowed.what}`,
    };
  };
}

function rowsOf(cells: Cells, tool: string): { category: string; tier: string; model: string; run: Run }[] {
  return Object.entries(cells).flatMap(([key, cell]) => {
    const [category = '', tier = '', name] = key.split(' ');
    if (name !== tool) return [];
    return Object.entries(cell.runs).flatMap(([model, runs]) =>
      runs.map((run) => ({ category, tier, model, run })),
    );
  });
}

function declared(profiles: readonly Profile[], tool: string, tier: Tier): Estimate {
  const typical = profiles.find(({ name }) => name === tool)?.typical?.[tier];
  if (typical === undefined) return noEstimate;
  return {
    usd: typical.usd[0],
    seconds: typical.seconds[0],
    usdP90: typical.usd[1],
    secondsP90: typical.seconds[1],
    basis: `declared in the profile of ${tool}, not measured here`,
  };
}
