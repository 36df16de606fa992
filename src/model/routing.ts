import * as z from 'zod';
import { Category, Tier } from './word-schemas.ts';

/** A rule: the first whose pattern (case-insensitive) is found in the task text decides. */
export const CategoryRule = z.strictObject({
  name: z.string().min(1),
  match: z.string().min(1),
  category: Category,
  tier: Tier.optional(),
  confidence: z.number().min(0).max(1).optional(),
});
export type CategoryRule = z.infer<typeof CategoryRule>;

export const TierRule = z.strictObject({ name: z.string().min(1), match: z.string().min(1), tier: Tier });
export type TierRule = z.infer<typeof TierRule>;

/** Which tools take a category and tier, best first; the first entry that fits decides. */
export const ToolRule = z.strictObject({
  name: z.string().min(1),
  categories: z.array(Category).optional(),
  tiers: z.array(Tier).optional(),
  tools: z.array(z.string().min(1)).min(1),
});
export type ToolRule = z.infer<typeof ToolRule>;

/** `routes.yaml`: text to category and tier, those to a tool. */
export const Routing = z.strictObject({
  categories: z.array(CategoryRule),
  tiers: z.array(TierRule),
  tools: z.array(ToolRule),
  /** Taken where no rule matches. */
  default: z.strictObject({ category: Category, tier: Tier, tools: z.array(z.string().min(1)) }),
});
export type Routing = z.infer<typeof Routing>;
