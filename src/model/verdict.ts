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

/** A check run by us. `exit` is null when it was killed or could not start; `commit` is what it was run on. */
export const CheckResult = z.object({
  command: z.string(),
  passed: z.boolean(),
  exit: z.number().int().nullable(),
  seconds: z.number().nonnegative(),
  commit: z.string().nullable(),
  /** The end of its output. */
  output: z.string(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** What we measured after a run, bound to `commit`. `files` is null outside git, where changes cannot be told. */
export const Verdict = z.object({
  commit: z.string().nullable(),
  files: z.array(FileChange).nullable(),
  commits: z.array(Commit),
  checks: z.array(CheckResult),
});
export type Verdict = z.infer<typeof Verdict>;
