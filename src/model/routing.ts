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

/** A rule that decides nothing alone: the scorer weighs all whose pattern is found. */
export const VoteRule = z.strictObject({
  name: z.string().min(1),
  match: z.string().min(1),
  category: Category,
});
export type VoteRule = z.infer<typeof VoteRule>;

export const TierRule = z.strictObject({ name: z.string().min(1), match: z.string().min(1), tier: Tier });
export type TierRule = z.infer<typeof TierRule>;

/** What speaks for a category or a tier beside the text. Exactly one of `file`, `label`, `repo` and `criteria` is looked at. */
export const ContextRule = z.strictObject({
  name: z.string().min(1),
  /** A pattern for the files that the task names. */
  file: z.string().min(1).optional(),
  /** A pattern for the labels of the issue. */
  label: z.string().min(1).optional(),
  /** A pattern for what the repository is made of, such as `file Cargo.toml` or `package react`. */
  repo: z.string().min(1).optional(),
  /** At least so many acceptance criteria in the task file. */
  criteria: z.number().int().positive().optional(),
  category: Category.optional(),
  tier: Tier.optional(),
  /** Added to the score: 1 makes it nearly three times as likely, a negative number less so. */
  weight: z.number().min(-10).max(10),
});
export type ContextRule = z.infer<typeof ContextRule>;

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
  votes: z.array(VoteRule).default([]),
  context: z.array(ContextRule).default([]),
  tiers: z.array(TierRule),
  tools: z.array(ToolRule),
  /** Taken where no rule matches. */
  default: z.strictObject({ category: Category, tier: Tier, tools: z.array(z.string().min(1)) }),
});
export type Routing = z.infer<typeof Routing>;

/** Weights of a word, a vote or a length, one for each class in the order of `classes`: lists are read in a third of the time. */
export type Weights = Record<string, number[]>;

/** One question of the scorer: log-odds of each class from what is found in the text. */
export interface LinearModel {
  classes: string[];
  bias: Record<string, number>;
  weights: Weights;
  /** The scores are multiplied by it, so that the likelihood of the best is how often it is right. */
  scale: number;
}

/** `config/scorer.json`, made by `npm run train:routing`. */
export interface Scorer {
  schema: 'orchestra.scorer/1';
  /** From this likelihood on the router calls itself confident. */
  confident: number;
  category: LinearModel;
  tier: LinearModel;
}
