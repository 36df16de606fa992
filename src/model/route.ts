import * as z from 'zod';
import { Category, Tier } from './word-schemas.ts';

/** What a run will take. Null where there is no history to say so. */
export const Estimate = z.object({
  usd: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative().nullable(),
  /** Where the figures come from, such as `median of 12 runs`, or `none`. */
  basis: z.string(),
});
export type Estimate = z.infer<typeof Estimate>;

export const noEstimate: Estimate = { usd: null, seconds: null, basis: 'none' };

/** The decision for a task. `tool` is null when none that fits is installed; `model` is null for the tool's own default. */
export const Route = z.object({
  schema: z.literal('orchestra.route/1'),
  category: Category,
  tier: Tier,
  tool: z.string().nullable(),
  model: z.string().nullable(),
  /** Name of the rule that matched, `default` when none did, or the flag that decided. */
  rule: z.string(),
  confidence: z.number().min(0).max(1),
  /** Tools to take instead, best first. */
  fallbacks: z.array(z.string()),
  estimate: Estimate,
  /** The decision as one sentence. */
  why: z.string(),
  /** The tools not taken, each with the reason. */
  passed: z.array(z.object({ tool: z.string(), why: z.string() })),
});
export type Route = z.infer<typeof Route>;
