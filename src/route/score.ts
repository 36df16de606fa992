import type { LinearModel } from '../model/routing.ts';

/** How much one finding spoke for the class that was chosen. */
export interface Evidence {
  /** `word fix`, `rule documents`, `context react-app`. */
  what: string;
  /** In log-odds against the average of the other classes. */
  weight: number;
}

/** A scored text: the classes by falling likelihood, and what moved the first. */
export interface Scored {
  ranked: { name: string; likelihood: number }[];
  evidence: Evidence[];
  /** Whether anything that was found has a weight. */
  known: boolean;
}

/** What is found beside the text, with its own weight. */
export interface Nudge {
  what: string;
  to: string;
  weight: number;
}

/** Scores findings with a linear model. `nudges` are added as they are, after the scaling. */
export function score(found: readonly string[], model: LinearModel, nudges: readonly Nudge[] = []): Scored {
  const sums = new Map(model.classes.map((name) => [name, (model.bias[name] ?? 0) * model.scale]));
  const weighed = found.flatMap((what) => {
    const weights = model.weights[what];
    return weights === undefined ? [] : [{ what, weights }];
  });
  for (const { weights } of weighed)
    for (const [at, name] of model.classes.entries()) add(sums, name, (weights[at] ?? 0) * model.scale);
  for (const { to, weight } of nudges) add(sums, to, weight);
  const ranked = likelihoods(sums);
  const first = ranked[0]?.name ?? '';
  const others = Math.max(1, model.classes.length - 1);
  const evidence = [
    ...weighed.map(({ what, weights }) => {
      const own = weights[model.classes.indexOf(first)] ?? 0;
      const sum = weights.reduce((total, weight) => total + weight, -own);
      return { what, weight: (own - sum / others) * model.scale };
    }),
    ...nudges.map(({ what, to, weight }) => ({ what, weight: to === first ? weight : -weight / others })),
  ];
  return {
    ranked,
    evidence: evidence.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
    known: weighed.some(({ what }) => !what.startsWith('~')) || nudges.length > 0,
  };
}

function add(sums: Map<string, number>, name: string, weight: number): void {
  sums.set(name, (sums.get(name) ?? 0) + weight);
}

function likelihoods(sums: ReadonlyMap<string, number>): Scored['ranked'] {
  const top = Math.max(...sums.values());
  const parts = [...sums].map(([name, sum]) => ({ name, part: Math.exp(sum - top) }));
  const whole = parts.reduce((total, { part }) => total + part, 0);
  return parts
    .map(({ name, part }) => ({ name, likelihood: Math.round((part / whole) * 1000) / 1000 }))
    .sort((a, b) => b.likelihood - a.likelihood);
}
