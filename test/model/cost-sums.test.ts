import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCosts, addUsage, subtractUsage, unknownCost } from '../../src/model/cost-sums.ts';
import type { Cost } from '../../src/model/usage.ts';
import { usd } from './samples.ts';

const count = fc.nat(1_000_000);
const usage = fc.record({ input: count, output: count, cacheRead: count, cacheWrite: count });
const cost: fc.Arbitrary<Cost> = fc.oneof(
  fc.constant(unknownCost),
  fc.record({
    usd: fc.option(fc.nat(1000)),
    source: fc.constantFrom(
      'reported' as const,
      'computed' as const,
      'estimated' as const,
      'unknown' as const,
    ),
    tokens: fc.option(usage),
  }),
);

test('what was added can be taken away again, and more than there is cannot', () => {
  fc.assert(
    fc.property(usage, usage, (a, b) => {
      expect(subtractUsage(addUsage(a, b), b)).toEqual(a);
      const grown = (Object.keys(a) as (keyof typeof a)[]).every((key) => a[key] >= b[key]);
      expect(subtractUsage(a, b) === undefined).toBe(!grown);
    }),
  );
});

test('a sum is as sure as its weakest part, null only when nothing is known, in any order', () => {
  const order = ['reported', 'computed', 'estimated', 'unknown'];
  fc.assert(
    fc.property(fc.array(cost, { minLength: 1, maxLength: 6 }), (costs) => {
      const sum = addCosts(costs);
      const known = costs.flatMap((one) => (one.usd === null ? [] : [one.usd]));
      expect(sum.usd).toBe(known.length === 0 ? null : known.reduce((a, b) => a + b, 0));
      expect(order.indexOf(sum.source)).toBe(Math.max(...costs.map((one) => order.indexOf(one.source))));
      expect(sum.tokens === null).toBe(costs.every((one) => one.tokens === null));
      expect(addCosts([...costs].reverse())).toEqual(sum);
    }),
  );
});

test('no cost at all is unknown, and a single one is itself', () => {
  expect(addCosts([])).toEqual({ usd: null, source: 'unknown', tokens: null });
  expect(addCosts([usd(0.5)])).toEqual(usd(0.5));
});
