import { matchesAny, matchesGlob } from '../base/glob.ts';
import type { OutsideChange } from '../model/outside.ts';
import type { Patch, PatchFile } from '../model/patch.ts';
import type { Policy, PolicyRule } from '../model/policy.ts';
import type { Finding } from '../model/verdict.ts';
import type { Category } from '../model/words.ts';
import { type ManifestChange, newDependencies } from './dependencies.ts';

/** A place where a secret stands; `what` never holds the secret itself. */
export interface SecretPlace {
  file: string;
  line: number;
  what: string;
}

/** What rules are held against. */
export interface PolicyFacts {
  category: Category | null;
  /** Null when the change is too large to be read. */
  patch: Patch | null;
  secrets: readonly SecretPlace[];
  manifests: readonly ManifestChange[];
  outside: readonly OutsideChange[];
}

/** The rules that count for a task of this category. */
export function rulesFor(policy: Policy, category: Category | null): PolicyRule[] {
  return policy.rules.filter(
    ({ enabled, categories, exceptCategories }) =>
      enabled &&
      (categories === undefined || (category !== null && categories.includes(category))) &&
      (category === null || !(exceptCategories ?? []).includes(category)),
  );
}

/** What the rules of a policy find in a change, in the order of the rules. */
export function evaluatePolicy(policy: Policy, facts: PolicyFacts): Finding[] {
  return rulesFor(policy, facts.category).flatMap((rule) =>
    shortened(placesOf(rule, facts)).map(({ file, line, what }) => ({
      rule: rule.name,
      file,
      line,
      message: rule.message === undefined ? what : `${what}: ${rule.message}`,
      severity: rule.severity,
      overridable: rule.override,
    })),
  );
}

interface Place {
  file: string | null;
  line: number | null;
  what: string;
}

function placesOf(rule: PolicyRule, facts: PolicyFacts): Place[] {
  const { patch } = facts;
  if (rule.kind === 'outside')
    return facts.outside
      .filter(({ kind }) => rule.what.includes(kind))
      .map(({ file, what }) => ({ file, line: null, what: `${what} during the run` }));
  if (patch === null) return [whole('the change is too large to be read')];
  switch (rule.kind) {
    case 'paths':
      return patch
        .filter(({ path, change }) => rule.changes?.includes(change) !== false && isMeant(path, rule))
        .filter(({ opaque, removed }) => !rule.onlyRemovals || opaque || removed > 0)
        .map(({ path, change, first }) => ({
          file: path,
          line: first ?? null,
          what: `the file was ${change}`,
        }));
    case 'secrets':
      return facts.secrets.filter(({ file }) => !matchesAny(file, rule.except ?? []));
    case 'licence':
      return patch
        .filter((file) => lacksHeader(file, rule))
        .map(({ path }) => at(path, 1, 'no licence header'));
    case 'dependencies':
      return facts.manifests.flatMap((manifest) => dependencyPlaces(manifest, rule));
    case 'size':
      return sizePlaces(patch, rule);
    case 'lines':
      return patch.filter(({ path }) => isMeant(path, rule)).flatMap((file) => linePlaces(file, rule.match));
  }
}

const MOST_OF_A_RULE = 50;

function shortened(places: readonly Place[]): Place[] {
  const more = places.length - MOST_OF_A_RULE;
  return more <= 0 ? [...places] : [...places.slice(0, MOST_OF_A_RULE), whole(`and in ${more} more places`)];
}

function whole(what: string): Place {
  return { file: null, line: null, what };
}

function at(file: string, line: number, what: string): Place {
  return { file, line, what };
}

function isMeant(
  path: string,
  rule: { paths?: string[] | undefined; except?: string[] | undefined },
): boolean {
  return (rule.paths === undefined || matchesAny(path, rule.paths)) && !matchesAny(path, rule.except ?? []);
}

function lacksHeader(file: PatchFile, rule: Extract<PolicyRule, { kind: 'licence' }>): boolean {
  if (file.change !== 'added' || file.opaque || file.added.length === 0 || !isMeant(file.path, rule))
    return false;
  const head = file.added.slice(0, rule.lines).map(({ text }) => text);
  return !new RegExp(rule.header).test(head.join('\n'));
}

function dependencyPlaces(
  { path, before, after }: ManifestChange,
  rule: Extract<PolicyRule, { kind: 'dependencies' }>,
): Place[] {
  const added = newDependencies(path, before, after);
  if (added === null) return [{ file: path, line: null, what: 'its dependencies cannot be read' }];
  // Anchored: `zod` is not `@other/zod`.
  const isIn = (name: string, list: readonly string[]) => list.some((one) => matchesGlob(name, `/${one}`));
  return added
    .filter(
      ({ name }) => isIn(name, rule.deny ?? []) || (rule.allow !== undefined && !isIn(name, rule.allow)),
    )
    .map(({ name, line }) => at(path, line, `the dependency ${name} is not allowed`));
}

function sizePlaces(patch: Patch, rule: Extract<PolicyRule, { kind: 'size' }>): Place[] {
  const { maxFiles = Number.POSITIVE_INFINITY, maxLines = Number.POSITIVE_INFINITY } = rule;
  const lines = patch.reduce((sum, file) => sum + file.added.length + file.removed, 0);
  return [
    ...(patch.length > maxFiles
      ? [whole(`${patch.length} files are changed, at most ${maxFiles} may be`)]
      : []),
    ...(lines > maxLines ? [whole(`${lines} lines are changed, at most ${maxLines} may be`)] : []),
  ];
}

const LONGEST_LINE = 4096;

function linePlaces({ path, added }: PatchFile, match: string): Place[] {
  const pattern = new RegExp(match);
  return added
    .filter(({ text }) => pattern.test(text.slice(0, LONGEST_LINE)))
    .map(({ line }) => at(path, line, `the line matches /${match}/`));
}
