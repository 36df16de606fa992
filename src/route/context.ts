import type { ContextRule, Routing } from '../model/routing.ts';
import type { Nudge } from './score.ts';

/** What is known of a task beside its text. */
export interface Context {
  /** Labels of the issue that the task comes from. */
  labels: readonly string[];
  /** What the repository is made of: `file Cargo.toml`, `package react`. */
  repo: readonly string[];
  /** How many acceptance criteria a task file names. */
  criteria?: number;
}

/** Nothing is known. */
export const noContext: Context = { labels: [], repo: [] };

/** A context rule that holds, and what it was held against. */
export interface Holding {
  rule: ContextRule;
  /** The file, label or part of the repository that it found. */
  found: string;
}

/** Longest text that is searched for file names. */
const searched = 4096;

/** The files that a text names: a path with a slash and an ending, or a name with an ending of up to five letters. */
export function filesIn(text: string): string[] {
  const found =
    text.slice(0, searched).match(/(?:[\w.@-]{1,80}\/){0,12}[\w@-]{0,80}\.[A-Za-z]{1,5}\b/g) ?? [];
  const plain = new Set(['Dockerfile', 'Makefile', 'package.json']);
  const named = text.slice(0, searched).match(/\b(?:Dockerfile|Makefile)\b/g) ?? [];
  return [
    ...new Set([...found.filter((name) => /[\w-]\.\w|\//.test(name) || plain.has(name)), ...named]),
  ].slice(0, 50);
}

/** The context rules that hold for a task, in their order. */
export function holdingRules(routing: Routing, text: string, context: Context): Holding[] {
  const files = filesIn(text);
  return routing.context.flatMap((rule) => {
    if (rule.criteria !== undefined) {
      const { criteria = 0 } = context;
      return criteria < rule.criteria ? [] : [{ rule, found: `${criteria} criteria` }];
    }
    const [pattern, candidates] = questionOf(rule, files, context);
    if (pattern === undefined) return [];
    const compiled = compiledPattern(pattern);
    const found = candidates.find((candidate) => compiled.test(candidate));
    return found === undefined ? [] : [{ rule, found }];
  });
}

function questionOf(
  rule: ContextRule,
  files: readonly string[],
  { labels, repo }: Context,
): [string | undefined, readonly string[]] {
  if (rule.file !== undefined) return [rule.file, files];
  if (rule.label !== undefined) return [rule.label, labels];
  return [rule.repo, repo];
}

/** What the rules add to the scores: for categories or for tiers. */
export function nudgesOf(holding: readonly Holding[], kind: 'category' | 'tier'): Nudge[] {
  return holding.flatMap(({ rule, found }) => {
    const to = rule[kind];
    return to === undefined ? [] : [{ what: `context ${rule.name} (${found})`, to, weight: rule.weight }];
  });
}

const patterns = new Map<string, RegExp>();

function compiledPattern(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(pattern, 'i');
    patterns.set(pattern, compiled);
  }
  return compiled;
}
