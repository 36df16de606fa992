import * as z from 'zod';

/** A changed file as git sees it; counts are null for binary files. */
export const FileChange = z.object({
  path: z.string(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed', 'type-changed']),
  additions: z.number().int().nullable(),
  deletions: z.number().int().nullable(),
});
export type FileChange = z.infer<typeof FileChange>;

export const Commit = z.object({ sha: z.string(), subject: z.string() });
export type Commit = z.infer<typeof Commit>;

/** What a test runner counted; null where it does not say. */
export const TestCounts = z.object({
  passed: z.number().int().nonnegative().nullable(),
  failed: z.number().int().nonnegative().nullable(),
  skipped: z.number().int().nonnegative().nullable(),
});
export type TestCounts = z.infer<typeof TestCounts>;

/**
 * A check run by us. `exit` is null when it was killed or could not start, 0 or 1 for what we look at ourselves;
 * `commit` is what it was run on.
 */
export const CheckResult = z.object({
  command: z.string(),
  passed: z.boolean(),
  exit: z.number().int().nullable(),
  seconds: z.number().nonnegative(),
  commit: z.string().nullable(),
  /** The end of its output. */
  output: z.string(),
  kind: z.enum(['command', 'tests', 'files', 'clean', 'diff']).optional(),
  name: z.string().optional(),
  counts: TestCounts.optional(),
  /** Of a failed check: how it stood on the commit that the task began from. */
  baseline: z.enum(['passed', 'failed', 'unknown']).optional(),
  /** What its tests counted there. */
  countsBefore: TestCounts.optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** Something in the change that a policy rule speaks against. `file` and `line` are null where it is the whole change. */
export const Finding = z.object({
  rule: z.string(),
  file: z.string().nullable(),
  line: z.number().int().positive().nullable(),
  message: z.string(),
  /** `block` keeps the work from landing, `warn` is said only. */
  severity: z.enum(['block', 'warn']),
  /** Whether a person may let it through. */
  overridable: z.boolean(),
});
export type Finding = z.infer<typeof Finding>;

/** What we measured after a run, bound to `commit`. `files` is null outside git, where changes cannot be told. */
export const Verdict = z.object({
  commit: z.string().nullable(),
  files: z.array(FileChange).nullable(),
  commits: z.array(Commit),
  checks: z.array(CheckResult),
  /** Absent in verdicts of before. */
  findings: z.array(Finding).optional(),
});
export type Verdict = z.infer<typeof Verdict>;
