import * as z from 'zod';
import { TaskId } from './request.ts';
import { CostSource, Usage } from './usage.ts';

/** A line of `ledger.jsonl`: exactly one final line per run. Fields may be added, so unknown ones are let through. */
export const LedgerLine = z.looseObject({
  schema: z.literal('orchestra.ledger/1'),
  at: z.string(),
  task: TaskId,
  run: z.number().int().positive(),
  tool: z.string(),
  model: z.string().nullable(),
  tokens: Usage.nullable(),
  usd: z.number().nonnegative().nullable(),
  source: CostSource,
  /** Name and version of the price list, or null when no list was used. */
  prices: z.string().nullable(),
  category: z.string().optional(),
  tier: z.string().optional(),
  repo: z.string().optional(),
  seconds: z.number().optional(),
  status: z.string().optional(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;
