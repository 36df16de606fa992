import * as z from 'zod';
import { PriceRows } from './prices.ts';
import { Category, Format } from './word-schemas.ts';

/** What an access level means for a tool, and whether the tool holds to it by itself. */
export const AccessNote = z.strictObject({ enforced: z.boolean(), note: z.string() });

/** US dollars and seconds of a task: half of them stay below the first figure, nine of ten below the second. */
const typicalTask = z.strictObject({
  usd: z.tuple([z.number().nonnegative(), z.number().nonnegative()]),
  seconds: z.tuple([z.number().nonnegative(), z.number().nonnegative()]),
});

/** A tool profile: `tools/<name>/profile.yaml`. */
export const Profile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and dashes'),
  title: z.string().optional(),
  /** Looked up on the PATH; a path with a slash is relative to the profile's folder. */
  binary: z.string().min(1),
  format: Format,
  version: z.strictObject({ argv: z.array(z.string()).default(['--version']), range: z.string() }).optional(),
  access: z.partialRecord(z.enum(['read-only', 'edit', 'full']), AccessNote).default({}),
  /** Model for each tier; absent means the tool's own default. */
  models: z.partialRecord(z.enum(['trivial', 'standard', 'complex']), z.string()).default({}),
  strengths: z.array(Category).default([]),
  /** Names of environment variables passed on; a trailing `*` stands for any ending. */
  env: z.array(z.string()).default([]),
  /**
   * How one sees that it is signed in: variables that are set, files that are there (`~/x`, `${NAME:-~/.y}/x`); their
   * contents are never read. `elsewhere`: systems on which credentials may lie where nobody can look.
   */
  signedIn: z
    .strictObject({
      env: z.array(z.string()).default([]),
      files: z.array(z.string()).default([]),
      elsewhere: z.array(z.enum(['linux', 'macos'])).default([]),
    })
    .optional(),
  /** Whether a session can be resumed. */
  resume: z.boolean().default(false),
  limits: z.strictObject({ parallel: z.number().int().positive().optional() }).default({}),
  install: z.record(z.string(), z.string()).default({}),
  /** US dollars per million tokens for models that the price list lacks. */
  prices: PriceRows.default({}),
  /** What a task of a tier takes, for estimates before there is any history. */
  typical: z.partialRecord(z.enum(['trivial', 'standard', 'complex']), typicalTask).optional(),
  /** False keeps the router from choosing the tool by itself; `--tool` still does. */
  automatic: z.boolean().default(true),
  /** Said at the head of each summary of this tool. */
  notice: z.string().optional(),
});
export type Profile = z.infer<typeof Profile>;
