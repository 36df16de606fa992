import type { LinearModel, Weights } from '../../../src/model/routing.ts';

/** A text as what was found in it, and its class. */
export interface Example {
  found: readonly string[];
  class: string;
}

/** How strongly weights are held to zero; the higher, the less a single text counts. */
export interface Restraint {
  rules: number;
  words: number;
}

const rounds = 60;
const step = 0.1;

/**
 * Multinomial logistic regression with a quadratic penalty, fitted to all examples at once by Adam. The same examples
 * give the same weights. What is found fewer than `least` times is left out.
 */
export function regress(
  examples: readonly Example[],
  classes: readonly string[],
  restraint: Restraint,
  least = 2,
): LinearModel {
  const names = frequent(examples, least);
  const index = new Map(names.map((name, at) => [name, at]));
  const width = classes.length;
  const encoded = examples.map(({ found }) => found.flatMap((name) => index.get(name) ?? []));
  const truth = examples.map((example) => classes.indexOf(example.class));
  // The last row is the bias, which nothing holds back.
  const penalties = Float64Array.from([...names.map((name) => penaltyOf(name, restraint)), 0]);
  const weights = new Float64Array((names.length + 1) * width);
  const slope = new Float64Array(weights.length);
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  for (let round = 1; round <= rounds; round += 1) {
    gradient(encoded, truth, weights, slope, width);
    const rate = step * (1 - round / (rounds + 1));
    for (let at = 0; at < weights.length; at += 1) {
      const change = at1(slope, at) + at1(penalties, Math.floor(at / width)) * at1(weights, at);
      mean[at] = 0.9 * at1(mean, at) + 0.1 * change;
      square[at] = 0.999 * at1(square, at) + 0.001 * change * change;
      const direction = at1(mean, at) / (1 - 0.9 ** round);
      weights[at] =
        at1(weights, at) - (rate * direction) / (Math.sqrt(at1(square, at) / (1 - 0.999 ** round)) + 1e-8);
    }
  }
  const row = (at: number) => classes.map((_, offset) => at1(weights, at * width + offset));
  const table: Weights = Object.fromEntries(names.map((name, at) => [name, row(at)]));
  const bias = Object.fromEntries(classes.map((name, at) => [name, row(names.length)[at] ?? 0]));
  return { classes: [...classes], bias, weights: table, scale: 1 };
}

function penaltyOf(name: string, restraint: Restraint): number {
  return /^(rule|first|most|no rule)\b/.test(name) ? restraint.rules : restraint.words;
}

function frequent(examples: readonly Example[], least: number): string[] {
  const counts = new Map<string, number>();
  for (const { found } of examples) for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].flatMap(([name, count]) => (count >= least ? [name] : [])).sort();
}

function gradient(
  encoded: readonly number[][],
  truth: readonly number[],
  weights: Float64Array,
  slope: Float64Array,
  width: number,
): void {
  slope.fill(0);
  const bias = weights.length - width;
  const likely = new Float64Array(width);
  encoded.forEach((rows, example) => {
    for (let offset = 0; offset < width; offset += 1) likely[offset] = at1(weights, bias + offset);
    for (const row of rows)
      for (let offset = 0; offset < width; offset += 1)
        likely[offset] = at1(likely, offset) + at1(weights, row * width + offset);
    const top = Math.max(...likely);
    const whole = likely.reduce((sum, value) => sum + Math.exp(value - top), 0);
    for (let offset = 0; offset < width; offset += 1) {
      const error = Math.exp(at1(likely, offset) - top) / whole - (truth[example] === offset ? 1 : 0);
      slope[bias + offset] = at1(slope, bias + offset) + error;
      for (const row of rows) slope[row * width + offset] = at1(slope, row * width + offset) + error;
    }
  });
}

function at1(values: Float64Array, index: number): number {
  return values[index] as number;
}
