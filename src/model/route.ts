import * as z from 'zod';
import { Category, Tier } from './word-schemas.ts';

/** What a run will take. Null where there is no history to say so. */
export const Estimate = z.object({
  usd: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative().nullable(),
  /** Nine of ten are expected to stay below. */
  usdP90: z.number().nonnegative().nullable().optional(),
  secondsP90: z.number().nonnegative().nullable().optional(),
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
  /** Whether that is enough to rely on; when not, the tool is the safe default. */
  confident: z.boolean().optional(),
  /** Tools to take instead, best first. */
  fallbacks: z.array(z.string()),
  estimate: Estimate,
  /** The decision as one sentence. */
  why: z.string(),
  /** The tools not taken, each with the reason. */
  passed: z.array(z.object({ tool: z.string(), why: z.string() })),
  /** What moved the category and the tier, as `what` with its weight in log-odds, the strongest first. */
  evidence: z.array(z.object({ what: z.string(), weight: z.number() })).optional(),
  /** The next likely categories. */
  others: z.array(z.object({ category: Category, likelihood: z.number() })).optional(),
  /** With `--why`: how the tools that could take it have done at that here, and what is expected of them. */
  standings: z
    .array(z.object({ tool: z.string(), good: z.number(), bad: z.number(), expected: z.number() }))
    .optional(),
  /** What would have been chosen without `--category`, `--tier` and `--tool`; absent when none was given. */
  unforced: z
    .object({ category: Category, tier: Tier, tool: z.string().nullable(), rule: z.string() })
    .optional(),
});
export type Route = z.infer<typeof Route>;
