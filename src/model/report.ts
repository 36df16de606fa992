import * as z from 'zod';
import { Usage } from './usage.ts';
import { TaskError } from './word-schemas.ts';

/** How far the tool says it is: its plan or to-do list. */
export const Progress = z.object({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  current: z.string(),
});
export type Progress = z.infer<typeof Progress>;

/**
 * What the tool said: a claim. Built from its output alone, and there at any moment of a run.
 * `incomplete` means that the final event of its format has not come; after the end that is a failure.
 */
export const Report = z.object({
  schema: z.literal('orchestra.report/1'),
  outcome: z.enum(['completed', 'failed', 'incomplete']),
  error: TaskError.nullable(),
  answer: z.string(),
  questions: z.array(z.string()),
  session: z.string().nullable(),
  model: z.string().nullable(),
  usage: Usage.nullable(),
  /** Whether `usage` and `usd` count this run, or the whole session with the runs before it. */
  usageScope: z.enum(['run', 'session']),
  /** False when the tool was cut before its final figures, so that the true ones may be higher. */
  usageComplete: z.boolean(),
  /** Tokens for each model, where the tool tells them apart. Same scope as `usage`. */
  usageByModel: z.record(z.string(), Usage),
  usd: z.number().nonnegative().nullable(),
  /** What the tool was not allowed to do. */
  denied: z.array(z.string()),
  progress: Progress.nullable(),
  /** When the tool says that its limit lifts, ISO 8601 in UTC; null where it names no time. */
  retryAt: z.string().nullable().default(null),
  /** What a reader of the summary should know of this report, such as an output that was not in its format. */
  warnings: z.array(z.string()).default([]),
});
export type Report = z.infer<typeof Report>;

/** A report of a run that has said nothing yet. */
export function emptyReport(): Report {
  return {
    schema: 'orchestra.report/1',
    outcome: 'incomplete',
    error: null,
    answer: '',
    questions: [],
    session: null,
    model: null,
    usage: null,
    usageScope: 'run',
    usageComplete: false,
    usageByModel: {},
    usd: null,
    denied: [],
    progress: null,
    retryAt: null,
    warnings: [],
  };
}
