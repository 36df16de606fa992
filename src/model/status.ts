import * as z from 'zod';
import { Progress } from './report.ts';
import { TaskId } from './request.ts';
import { Cost } from './usage.ts';
import { Category, TaskStatus, Tier } from './word-schemas.ts';

/** A task as `status` lists it. `seconds` is wall time of its runs, the running one up to now. */
export const StatusRow = z.object({
  task: TaskId,
  title: z.string(),
  status: TaskStatus,
  reason: z.string(),
  tool: z.string().nullable(),
  model: z.string().nullable(),
  category: Category.nullable(),
  tier: Tier.nullable(),
  repo: z.string(),
  seconds: z.number().nonnegative(),
  progress: Progress.nullable(),
  /** While parked: until when (ISO 8601), or null until somebody does something. */
  until: z.string().nullable().default(null),
  cost: Cost,
});
export type StatusRow = z.infer<typeof StatusRow>;

/** Two tasks that change the same lines of a file. */
export const Overlap = z.object({
  tasks: z.array(TaskId),
  file: z.string(),
  /** First and last, in the commit that the first of the two started from; null where the file is new or binary. */
  lines: z.tuple([z.number().int(), z.number().int()]).nullable(),
});
export type Overlap = z.infer<typeof Overlap>;

/** `orchestra.status/1`. `totals.shown` is the length of `tasks`; the counts cover every task. */
export const StatusDocument = z.object({
  schema: z.literal('orchestra.status/1'),
  tasks: z.array(StatusRow),
  /** Since when everything is stopped (ISO 8601), or null. */
  halted: z.string().nullable().default(null),
  /** As they were seen last, a few seconds ago at most while a task runs. */
  overlaps: z.array(Overlap).default([]),
  totals: z.object({
    tasks: z.number().int(),
    shown: z.number().int(),
    byStatus: z.partialRecord(TaskStatus, z.number().int()),
  }),
});
export type StatusDocument = z.infer<typeof StatusDocument>;
