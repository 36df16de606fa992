import * as z from 'zod';
import { TaskId } from './request.ts';
import { TaskStatus } from './word-schemas.ts';

/** `task.json` in the folder of a run: what was asked for, and what has become of it. */
export const TaskRecord = z.object({
  task: TaskId,
  title: z.string(),
  text: z.string(),
  createdAt: z.string(),
  request: z.looseObject({ repo: z.string(), parent: TaskId.nullable() }),
  status: TaskStatus,
  reason: z.string(),
  approved: z.looseObject({ commit: z.string().nullable() }).optional(),
});
export type TaskRecord = z.infer<typeof TaskRecord>;

/** `versions.json` there: what ran. Unknown is null. */
export const Versions = z.object({
  home: z.string(),
  node: z.string(),
  platform: z.string(),
  tool: z.string().nullable(),
  toolVersion: z.string().nullable().default(null),
  format: z.string().nullable(),
  model: z.string().nullable(),
});
export type Versions = z.infer<typeof Versions>;
