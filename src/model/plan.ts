import * as z from 'zod';
import { Check } from './check.ts';
import { Policy } from './policy.ts';
import { TaskId } from './request.ts';
import { Access, Format } from './word-schemas.ts';

/** Where a run works and where its work goes. `branch` and `base` are null in place or outside git. */
export const Workplace = z.object({
  /** Root of the user's repository, or the folder itself outside git. */
  repo: z.string(),
  /** The folder the tool works in. */
  dir: z.string(),
  worktree: z.boolean(),
  branch: z.string().nullable(),
  /** Branch is null when the task started from a detached HEAD. */
  base: z.object({ branch: z.string().nullable(), commit: z.string() }).nullable(),
  /** Path of the folder inside the repository from which the task was given, '' at its root. */
  subdir: z.string(),
  /** What the user should know of it, such as why there is no worktree. */
  notes: z.array(z.string()),
});
export type Workplace = z.infer<typeof Workplace>;

/** What will run, as data. No effect yet. Times in seconds, money in US dollars. */
export const Plan = z.object({
  task: TaskId,
  run: z.number().int().positive(),
  tool: z.string(),
  format: Format,
  model: z.string().nullable(),
  access: Access,
  /** The session to resume, or null for a new one. */
  session: z.string().nullable(),
  /** Folder of the tool profile; its `run.sh` is what runs. */
  toolDir: z.string(),
  argv: z.array(z.string()),
  /** Names of the environment variables the tool will see beside the `ORCHESTRA_*` ones. Values travel in the run folder. */
  envNames: z.array(z.string()),
  /** HOME, PATH and their like of the caller, for the checks, which run after the agent's environment is gone. */
  baseEnv: z.record(z.string(), z.string()),
  workplace: Workplace,
  limits: z.object({
    timeoutSeconds: z.number().positive(),
    budgetUsd: z.number().positive().nullable(),
    graceSeconds: z.number().nonnegative(),
    /** For each check. */
    checkTimeoutSeconds: z.number().positive(),
    /** Runs of this tool at once, or null for as many as the conductor starts. */
    toolParallel: z.number().int().positive().nullable(),
    /** Runs in a row without a person asking; plans of the first version lack it, as they do the next two. */
    attempts: z.number().int().positive().optional(),
    /** Longest without output that shows work and without computing. */
    stallSeconds: z.number().positive().optional(),
    /** Tokens at which a run with a budget stops when its model has no price. */
    unpricedTokens: z.number().int().positive().optional(),
  }),
  /** The checks in a few words each. */
  checks: z.array(z.string()),
  /** The same written out; absent in plans of before, whose `checks` are commands. */
  checkList: z.array(Check).optional(),
  /** The rules that its change is held against; absent in plans of before. */
  policy: Policy.optional(),
  /** What the agent is told after the task's text: context, criteria, scope. */
  brief: z.string().optional(),
  autoApprove: z.boolean(),
  /** Counts the runs since a person last asked, from 1. */
  attempt: z.number().int().positive().optional(),
  /** Tells the accounts of a tool apart without telling which: a digest of its keys. */
  account: z.string().optional(),
  /** What the tool's profile wants said at the head of each summary. */
  notice: z.string().nullable(),
  /** The steps in words, for `--dry-run`. */
  steps: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** A started run: `launch.json`. A pane is only addressed together with its server's identity. */
export const Launch = z.object({
  task: TaskId,
  run: z.number().int().positive(),
  runDir: z.string(),
  pane: z.string(),
  window: z.string(),
  server: z.object({ pid: z.number().int(), startTime: z.string() }),
  at: z.string(),
  /** Bytes of the ledger at the launch: the run's cost line can only stand behind them. */
  ledgerBytes: z.number().int().nonnegative().optional(),
  /** The machine at the launch: its boot, and how many processes it had ended for want of memory. */
  machine: z.object({ boot: z.string(), memoryKills: z.number().int().optional() }).optional(),
});
export type Launch = z.infer<typeof Launch>;
