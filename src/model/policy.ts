import * as z from 'zod';
import { Category, Tier } from './word-schemas.ts';

const text = z.string().min(1);
const globs = z.array(text);
const someGlobs = globs.min(1);

const common = {
  /** By which findings, overrides and later files know the rule. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected a name such as no-secrets'),
  enabled: z.boolean().default(true),
  /** `block` keeps the work from landing, `warn` is said only. */
  severity: z.enum(['block', 'warn']).default('block'),
  /** Whether a person may let it through, with a reason. */
  override: z.boolean().default(false),
  /** Said with each finding. */
  message: text.optional(),
  /** Only for tasks of these categories, or not for those. */
  categories: z.array(Category).optional(),
  exceptCategories: z.array(Category).optional(),
};

/** Paths that nobody may touch, or not in these ways; a rename is a deletion and an addition. */
const PathsRule = z.strictObject({
  ...common,
  kind: z.literal('paths'),
  paths: someGlobs,
  except: globs.optional(),
  changes: z.array(z.enum(['added', 'modified', 'deleted', 'type-changed'])).optional(),
  /** Only where lines that were there have changed or gone: what is merely added to a file is none of it. */
  onlyRemovals: z.boolean().default(false),
});

/** Keys, tokens and passwords in added lines. */
const SecretsRule = z.strictObject({ ...common, kind: z.literal('secrets'), except: globs.optional() });

/** New files of these paths must hold the pattern in their first lines. */
const LicenceRule = z.strictObject({
  ...common,
  kind: z.literal('licence'),
  paths: someGlobs,
  except: globs.optional(),
  header: text,
  lines: z.number().int().min(1).max(100).default(10),
});

/** New dependencies: none of `deny`, and where there is `allow`, no others. Names may hold `*`. */
const DependenciesRule = z.strictObject({
  ...common,
  kind: z.literal('dependencies'),
  deny: globs.optional(),
  allow: globs.optional(),
});

/** How large a change may be; lines are those added and removed together. */
const SizeRule = z.strictObject({
  ...common,
  kind: z.literal('size'),
  maxFiles: z.number().int().nonnegative().optional(),
  maxLines: z.number().int().nonnegative().optional(),
});

/** Added lines that hold a pattern. */
const LinesRule = z.strictObject({
  ...common,
  kind: z.literal('lines'),
  match: text,
  paths: someGlobs.optional(),
  except: globs.optional(),
});

/** What of the user's is not as it was before the run: what git obeys, or the files of the user's own working tree. */
const OutsideRule = z.strictObject({
  ...common,
  kind: z.literal('outside'),
  what: z.array(z.enum(['settings', 'files'])).min(1),
});

export const PolicyRule = z.discriminatedUnion('kind', [
  PathsRule,
  SecretsRule,
  LicenceRule,
  DependenciesRule,
  SizeRule,
  LinesRule,
  OutsideRule,
]);
export type PolicyRule = z.infer<typeof PolicyRule>;

/** Work that may land by itself when its task asks for that: all that is said must hold. */
export const AutoApproval = z.strictObject({
  name: text,
  categories: z.array(Category).optional(),
  tiers: z.array(Tier).optional(),
  maxFiles: z.number().int().nonnegative().optional(),
  maxLines: z.number().int().nonnegative().optional(),
  /** Whether a command or the tests must have passed. */
  checks: z.boolean().default(true),
});
export type AutoApproval = z.infer<typeof AutoApproval>;

/** `policy.yaml`: what a change must not hold, and what may land without a person. */
export const Policy = z.strictObject({
  rules: z.array(PolicyRule),
  autoApprove: z.array(AutoApproval),
});
export type Policy = z.infer<typeof Policy>;
