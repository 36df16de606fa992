import * as z from 'zod';
import { parseDuration } from '../base/time.ts';
import { taskIdPattern } from './task-id.ts';
import { Access, Category, Tier } from './word-schemas.ts';

/** The largest task text, in bytes of UTF-8. */
export const maxTaskBytes = 1024 * 1024;

const taskText = z
  .string()
  .refine((text) => text.trim() !== '', 'the task text is empty')
  .refine((text) => !text.includes('\0'), 'the task text holds a NUL byte')
  .refine((text) => Buffer.byteLength(text) <= maxTaskBytes, 'the task text is over 1 MB');

const duration = z.string().refine(isDuration, 'expected a duration such as 90s, 15m or 1h30m');

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

/** A task's id, `task-` and a number from 1. */
export const TaskId = z.string().regex(taskIdPattern, 'expected a task such as task-5');
export type TaskId = z.infer<typeof TaskId>;

/** What the user asks for; in files and batches as on the command line. `budget` is US dollars. */
export const TaskRequest = z.strictObject({
  task: taskText,
  tool: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  tier: Tier.optional(),
  category: Category.optional(),
  repo: z.string().min(1).optional(),
  checks: z.array(z.string().min(1)).optional(),
  budget: z.number().positive().optional(),
  timeout: duration.optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  after: z.array(TaskId).optional(),
  /** What becomes of it when one of `after` does not succeed; `skip` when absent. */
  afterFailed: z.enum(['skip', 'go-on']).optional(),
  attempts: z.number().int().min(1).max(20).optional(),
  access: Access.optional(),
  worktree: z.boolean().optional(),
  autoApprove: z.boolean().optional(),
});
export type TaskRequest = z.infer<typeof TaskRequest>;
