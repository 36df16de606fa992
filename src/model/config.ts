import * as z from 'zod';
import { parseDuration } from '../base/time.ts';
import { CheckText } from './check.ts';
import { Category } from './word-schemas.ts';

/** A duration text turned into seconds. */
const seconds = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    return parseDuration(String(value)) / 1000;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a duration such as 90s, 15m or 1h30m' });
    return z.NEVER;
  }
});

const dollars = z.number().positive();

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
  /** Runs of a task in a row without a person asking: the first, then repairs and retries. */
  attempts: z.number().int().min(1).max(20),
  /** Longest without output that shows work and without computing. */
  stall: seconds,
  /** US dollars a day, over all tasks; null for no limit. */
  dayBudget: dollars.nullable(),
  /** US dollars a day for a tool, by its name. */
  toolBudgets: z.record(z.string(), dollars),
  /** Tokens at which a run with a budget stops when its model has no price. */
  unpricedTokens: z.number().int().positive(),
  /** Tasks of one repository that run at once; null for as many as there are places. */
  perRepo: z.number().int().min(1).nullable(),
  /** Tasks that may wait; more are refused. */
  maxQueued: z.number().int().min(1),
  /** Days after which what a finished run has printed is removed; its report and summary stay. */
  keepDays: z.number().min(0),
  /** Size of what all runs have printed, in 10^9 bytes, above which the oldest of it is removed. */
  keepGigabytes: z.number().min(0),
  /** Checks of every task in the repository. */
  checks: z.array(CheckText),
  /** More checks of the tasks of a category. */
  checksFor: z.partialRecord(Category, z.array(CheckText)),
  /** The repository's test command for checks of the kind `tests`; empty to find it by convention. */
  tests: z.string(),
  /** Longest a single check may take. */
  checkTimeout: seconds,
  /** More names of environment variables for every tool; a trailing `*` stands for any ending. */
  env: z.array(z.string().min(1)),
  /** What a task may do when it does not say. */
  access: z.enum(['read-only', 'edit', 'full']),
  /** How approved work comes onto its branch: `merge` (a fast-forward where it can be), `squash` or `rebase`. */
  landing: z.enum(['merge', 'squash', 'rebase']),
  /** Whether what became of earlier runs counts in the choice of a tool. */
  learning: z.enum(['on', 'off']),
});
export type Config = z.infer<typeof Config>;
