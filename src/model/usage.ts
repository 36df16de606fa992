import * as z from 'zod';

const count = z.number().int().nonnegative();

/** Tokens. `input` excludes both cache counts, `output` includes reasoning, whatever the tool's own habit. */
export const Usage = z.object({ input: count, output: count, cacheRead: count, cacheWrite: count });
export type Usage = z.infer<typeof Usage>;

/** Where a price comes from: the tool said so, tokens times list prices, incomplete figures, or not known. */
export const CostSource = z.enum(['reported', 'computed', 'estimated', 'unknown']);
export type CostSource = z.infer<typeof CostSource>;

/** A price. `usd` and `tokens` are null when unknown, never 0 for unknown. */
export const Cost = z.object({
  usd: z.number().nonnegative().nullable(),
  source: CostSource,
  tokens: Usage.nullable(),
});
export type Cost = z.infer<typeof Cost>;
