import * as z from 'zod';
import { parseDuration } from '../base/time.ts';

/** A duration such as 90s, 15m or 1h30m. */
export const Duration = z.string().refine(isDuration, 'expected a duration such as 90s, 15m or 1h30m');

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

const pattern = z.string().min(1).refine(isPattern, 'expected a regular expression');

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'm') instanceof RegExp;
  } catch {
    return false;
  }
}

const text = z.string().min(1);
const globs = z.array(text).min(1);

/** A shell command that must succeed. */
export const CommandCheck = z.strictObject({
  kind: z.literal('command'),
  name: text.optional(),
  command: text,
  timeout: Duration.optional(),
});

/** The repository's tests; their counts are read where the runner prints them. Without a command the configured one. */
export const TestsCheck = z.strictObject({
  kind: z.literal('tests'),
  name: text.optional(),
  command: text.optional(),
  timeout: Duration.optional(),
});

/** Files that must be there, must not be, must be as they were, or must hold a pattern. Paths from the root. */
export const FilesCheck = z.strictObject({
  kind: z.literal('files'),
  name: text.optional(),
  exist: globs.optional(),
  absent: globs.optional(),
  unchanged: globs.optional(),
  match: z
    .array(z.strictObject({ file: text, pattern }))
    .min(1)
    .optional(),
});

/** Nothing uncommitted in the worktree, and no conflict markers in what was changed. */
export const CleanCheck = z.strictObject({ kind: z.literal('clean'), name: text.optional() });

/** How much may be changed, and where. Lines are those added and removed together. */
export const DiffCheck = z.strictObject({
  kind: z.literal('diff'),
  name: text.optional(),
  maxFiles: z.number().int().nonnegative().optional(),
  maxLines: z.number().int().nonnegative().optional(),
  allowed: globs.optional(),
  forbidden: globs.optional(),
});

/** A check of any kind, written out. */
export const Check = z.discriminatedUnion('kind', [
  CommandCheck,
  TestsCheck,
  FilesCheck,
  CleanCheck,
  DiffCheck,
]);
export type Check = z.infer<typeof Check>;

/** A check as people write it: a text is a shell command. */
export const CheckText = z.union([text, Check]);
export type CheckText = z.infer<typeof CheckText>;

/** The check that a text or a mapping stands for. */
export function checkOf(given: CheckText): Check {
  return typeof given === 'string' ? { kind: 'command', command: given } : given;
}

/** A check in a few words: its name, its command, or what it demands. */
export function checkLabel(check: Check): string {
  if (check.name !== undefined) return check.name;
  switch (check.kind) {
    case 'command':
      return check.command;
    case 'tests':
      return check.command ?? 'tests';
    case 'clean':
      return 'clean';
    default: {
      const { kind, name: _, ...demands } = check;
      return `${kind}: ${Object.entries(demands).map(demandText).join('; ')}`;
    }
  }
}

function demandText([word, value]: [string, unknown]): string {
  const list = Array.isArray(value) ? value : [value];
  const texts = list.map((one) =>
    typeof one === 'object' ? `${(one as { file: string }).file}` : String(one),
  );
  return `${word} ${texts.join(', ')}`;
}
