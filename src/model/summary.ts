import * as z from 'zod';
import { TaskId } from './request.ts';
import { Cost } from './usage.ts';
import { CheckResult, Commit, FileChange } from './verdict.ts';
import { Category, TaskError, TaskStatus, Tier } from './word-schemas.ts';

/** `orchestra.summary/1`: what a supervising agent gets of a task; at most 4 KB as JSON. */
export const Summary = z.object({
  schema: z.literal('orchestra.summary/1'),
  task: TaskId,
  status: TaskStatus,
  reason: z.string(),
  tool: z.string().nullable(),
  model: z.string().nullable(),
  route: z.object({ category: Category, tier: Tier, rule: z.string(), fallbacks: z.array(z.string()) }),
  headline: z.string(),
  answer: z.string(),
  files: z.array(FileChange),
  commits: z.array(Commit),
  branch: z.string().nullable(),
  base: z.string().nullable(),
  commit: z.string().nullable(),
  checks: z.array(CheckResult.omit({ output: true })),
  questions: z.array(z.string()),
  errors: z.array(TaskError),
  cost: Cost,
  seconds: z.number().nonnegative(),
  runs: z.number().int().nonnegative(),
  /** Folder with the output of the last run. */
  logs: z.string(),
  /** True when something was cut to keep to 4 KB. */
  truncated: z.boolean(),
});
export type Summary = z.infer<typeof Summary>;

/** The end of a run as the events keep it; the whole summary stands in the run folder. */
export const Settlement = z.object({
  status: TaskStatus,
  reason: z.string(),
  errors: z.array(TaskError),
  headline: z.string(),
  cost: Cost,
  /** Wall time of the run. */
  seconds: z.number().nonnegative(),
  commit: z.string().nullable(),
});
export type Settlement = z.infer<typeof Settlement>;
