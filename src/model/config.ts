import * as z from 'zod';
import { parseDuration } from '../base/time.ts';

/** A duration text turned into seconds. */
const seconds = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    return parseDuration(String(value)) / 1000;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a duration such as 90s, 15m or 1h30m' });
    return z.NEVER;
  }
});

/** `config.yaml`. Every key is read somewhere; the shipped file gives each its default. */
export const Config = z.strictObject({
  /** Tasks that run at once. */
  parallel: z.number().int().min(1).max(500),
  /** Longest a run may take when the task does not say. */
  timeout: seconds,
  /** Between asking a process to end and killing it. */
  grace: seconds,
  /** How long the conductor stays without work. */
  idle: seconds,
  /** Checks of every task in the repository. */
  checks: z.array(z.string().min(1)),
  /** Longest a single check may take. */
  checkTimeout: seconds,
  /** More names of environment variables for every tool; a trailing `*` stands for any ending. */
  env: z.array(z.string().min(1)),
  /** What a task may do when it does not say. */
  access: z.enum(['read-only', 'edit', 'full']),
});
export type Config = z.infer<typeof Config>;
