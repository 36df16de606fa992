import { plainText } from '../base/text.ts';
import type { CategoryRule, Routing, TierRule } from '../model/routing.ts';
import type { Category, Tier } from '../model/words.ts';

/** What the text and the flags say about a task. Every `by` is a rule's name, a flag or `default`. */
export interface Kind {
  category: Category;
  categoryBy: string;
  tier: Tier;
  tierBy: string;
  confidence: number;
  /** The words that the category's rule found, or null. */
  words: string | null;
}

/** Of a rule that does not say. */
const ruleConfidence = 0.7;
/** Where no rule matches, the category is a guess. */
const defaultConfidence = 0.2;

/** Characters of the text that rules see: what is wanted stands at the head, pasted logs and files come after it. */
const headLength = 4096;

/** Category and tier of a task: a flag, else the first rule that matches, else the default. A category rule's tier comes before the tier rules. */
export function classify(text: string, routing: Routing, flags: { category?: Category; tier?: Tier }): Kind {
  const head = headOf(text);
  const rules = compiled(routing);
  const found = flags.category === undefined ? firstMatch(rules.categories, head) : undefined;
  const tier = tierOf(flags.tier, found?.rule, firstMatch(rules.tiers, head)?.rule, routing.default.tier);
  if (flags.category !== undefined) {
    return { category: flags.category, categoryBy: '--category', ...tier, confidence: 1, words: null };
  }
  if (found === undefined) {
    return {
      category: routing.default.category,
      categoryBy: 'default',
      ...tier,
      confidence: defaultConfidence,
      words: null,
    };
  }
  const { rule, words } = found;
  return {
    category: rule.category,
    categoryBy: rule.name,
    ...tier,
    confidence: rule.confidence ?? ruleConfidence,
    words,
  };
}

function tierOf(
  flag: Tier | undefined,
  category: CategoryRule | undefined,
  rule: TierRule | undefined,
  otherwise: Tier,
) {
  if (flag !== undefined) return { tier: flag, tierBy: '--tier' };
  if (category?.tier !== undefined) return { tier: category.tier, tierBy: category.name };
  return rule === undefined ? { tier: otherwise, tierBy: 'default' } : { tier: rule.tier, tierBy: rule.name };
}

/** What rules see of a text: its head without control bytes, with single spaces. */
export function headOf(text: string): string {
  return plainText(text.slice(0, 2 * headLength))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, headLength);
}

interface Tried<R> {
  rule: R;
  pattern: RegExp;
}

interface Compiled {
  categories: Tried<CategoryRule>[];
  tiers: Tried<TierRule>[];
}

const compiledRules = new WeakMap<Routing, Compiled>();

function compiled(routing: Routing): Compiled {
  let rules = compiledRules.get(routing);
  if (rules === undefined) {
    rules = { categories: routing.categories.map(compile), tiers: routing.tiers.map(compile) };
    compiledRules.set(routing, rules);
  }
  return rules;
}

function compile<R extends { match: string }>(rule: R): Tried<R> {
  return { rule, pattern: new RegExp(rule.match, 'i') };
}

function firstMatch<R>(rules: readonly Tried<R>[], head: string): { rule: R; words: string } | undefined {
  for (const { rule, pattern } of rules) {
    const words = pattern.exec(head)?.[0];
    if (words !== undefined) return { rule, words: words.trim() };
  }
  return undefined;
}
