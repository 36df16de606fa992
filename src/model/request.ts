import * as z from 'zod';
import { CheckText, Duration } from './check.ts';
import { taskIdPattern } from './task-id.ts';
import { Access, Category, Tier } from './word-schemas.ts';

/** The largest task text, in bytes of UTF-8. */
export const maxTaskBytes = 1024 * 1024;

const taskText = z
  .string()
  .refine((text) => text.trim() !== '', 'the task text is empty')
  .refine((text) => !text.includes('\0'), 'the task text holds a NUL byte')
  .refine((text) => Buffer.byteLength(text) <= maxTaskBytes, 'the task text is over 1 MB');

/** A task's id, `task-` and a number from 1. */
export const TaskId = z.string().regex(taskIdPattern, 'expected a task such as task-5');
export type TaskId = z.infer<typeof TaskId>;

const namePattern = /^(?!task-)[a-z][a-z0-9._-]{0,63}$/;
const taskName = z.string().regex(namePattern, 'expected a name such as login-form');

/** A task, or the name of one that is given in the same call. */
const TaskReference = z
  .string()
  .refine((text) => taskIdPattern.test(text) || namePattern.test(text), 'expected a task such as task-5');

/** What an agent should know before it begins: files of the repository, and words. */
const Context = z.strictObject({
  files: z.array(z.string().min(1)).optional(),
  notes: z.string().min(1).optional(),
});

/** What the user asks for; in files and batches as on the command line. `budget` is US dollars. */
export const TaskRequest = z.strictObject({
  task: taskText,
  tool: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  tier: Tier.optional(),
  category: Category.optional(),
  repo: z.string().min(1).optional(),
  checks: z.array(CheckText).optional(),
  /** By which other tasks of the same call can name it in `after`. */
  name: taskName.optional(),
  context: Context.optional(),
  /** What must be true at the end, one sentence each; told to the agent. */
  criteria: z.array(z.string().min(1)).optional(),
  /** Where it may change files: patterns from the root of the repository. Told to the agent, and checked. */
  scope: z.array(z.string().min(1)).min(1).optional(),
  budget: z.number().positive().optional(),
  timeout: Duration.optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  after: z.array(TaskReference).optional(),
  /** What becomes of it when one of `after` does not succeed; `skip` when absent. */
  afterFailed: z.enum(['skip', 'go-on']).optional(),
  attempts: z.number().int().min(1).max(20).optional(),
  /** Labels of the issue it comes from; they count in the route. */
  labels: z.array(z.string().min(1).max(100)).max(50).optional(),
  access: Access.optional(),
  worktree: z.boolean().optional(),
  autoApprove: z.boolean().optional(),
});
export type TaskRequest = z.infer<typeof TaskRequest>;
