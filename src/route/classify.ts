import { plainText } from '../base/text.ts';
import type { CategoryRule, Routing, Scorer, TierRule, VoteRule } from '../model/routing.ts';
import type { Category, Tier } from '../model/words.ts';
import { type Context, holdingRules, noContext, nudgesOf } from './context.ts';
import { featuresOf } from './features.ts';
import { type Evidence, score } from './score.ts';

/** What the text and the flags say about a task. Every `by` is a rule's name, a flag, `scorer` or `default`. */
export interface Kind {
  category: Category;
  categoryBy: string;
  tier: Tier;
  tierBy: string;
  /** How likely the category is right. */
  confidence: number;
  /** Whether that is enough to rely on. */
  confident: boolean;
  /** The words that the category's rule found, or null. */
  words: string | null;
  /** The next likely categories, best first. */
  others: { category: Category; likelihood: number }[];
  /** What moved the scorer to the category, the strongest first. */
  evidence: Evidence[];
  /** What moved it to the tier. */
  tierEvidence: Evidence[];
}

/** What decides beside the text. Without a scorer the first vote that is found decides. */
export interface Grounds {
  routing: Routing;
  scorer?: Scorer;
  context?: Context;
}

/** Of a rule that does not say. */
const ruleConfidence = 0.7;
/** Where a vote decides without a scorer. */
const voteConfidence = 0.5;
/** Where no rule matches, the category is a guess. */
const defaultConfidence = 0.2;
/** Where no scorer says what is enough. */
const enough = 0.6;

/** Characters of the text that rules see: what is wanted stands at the head, pasted logs and files come after it. */
const headLength = 4096;
/** Characters that votes see, as the scorer does. */
const askLength = 400;

/**
 * Category and tier of a task: a flag, else the first rule that matches, else the scorer, else the default. A category
 * rule's tier comes before the tier rules.
 */
export function classify(
  text: string,
  grounds: Grounds,
  flags: { category?: Category; tier?: Tier } = {},
): Kind {
  const { routing, scorer, context = noContext } = grounds;
  const head = headOf(text);
  const rules = compiled(routing);
  const rule = flags.category === undefined ? firstMatch(rules.categories, head) : undefined;
  const votes = votesIn(head, routing);
  const found = findingsOf(head, votes);
  const holding = holdingRules(routing, head, context);
  const scored = scorer && score(found, scorer.category, nudgesOf(holding, 'category'));
  const tier = tierOf(head, grounds, flags.tier, rule?.rule, found, holding);
  const threshold = scorer?.confident ?? enough;
  const others = (scored?.ranked ?? []).map(({ name, likelihood }) => ({
    category: name as Category,
    likelihood,
  }));
  const kind = (category: Category, categoryBy: string, confidence: number): Kind => ({
    category,
    categoryBy,
    ...tier,
    confidence,
    confident: confidence >= threshold,
    words: null,
    others: others.filter((other) => other.category !== category).slice(0, 3),
    evidence: [],
  });
  if (flags.category !== undefined) return kind(flags.category, '--category', 1);
  if (rule !== undefined) {
    const confidence = rule.rule.confidence ?? ruleConfidence;
    return { ...kind(rule.rule.category, rule.rule.name, confidence), words: rule.words };
  }
  const best = scored?.known ? scored.ranked[0] : undefined;
  if (best !== undefined && scored !== undefined) {
    const vote = votes.find((one) => one.rule.category === best.name);
    return {
      ...kind(best.name as Category, vote?.rule.name ?? 'scorer', best.likelihood),
      words: vote?.words ?? null,
      evidence: scored.evidence,
    };
  }
  const vote = scorer === undefined ? votes[0] : undefined;
  if (vote !== undefined)
    return { ...kind(vote.rule.category, vote.rule.name, voteConfidence), words: vote.words };
  return kind(routing.default.category, 'default', defaultConfidence);
}

type TierPart = Pick<Kind, 'tier' | 'tierBy' | 'tierEvidence'>;

function tierOf(
  head: string,
  { routing, scorer }: Grounds,
  flag: Tier | undefined,
  category: CategoryRule | undefined,
  found: readonly string[],
  holding: Parameters<typeof nudgesOf>[0],
): TierPart {
  const by = (tier: Tier, tierBy: string, tierEvidence: Evidence[] = []) => ({ tier, tierBy, tierEvidence });
  if (flag !== undefined) return by(flag, '--tier');
  if (category?.tier !== undefined) return by(category.tier, category.name);
  const rule = firstMatch(compiled(routing).tiers, head)?.rule;
  if (rule !== undefined) return by(rule.tier, rule.name);
  const scored = scorer && score(found, scorer.tier, nudgesOf(holding, 'tier'));
  const best = scored?.known ? scored.ranked[0] : undefined;
  if (best === undefined || scored === undefined) return by(routing.default.tier, 'default');
  return by(best.name as Tier, 'scorer', scored.evidence);
}

/**
 * What the scorer is asked about: the votes that are found as `rule NAME`, the first also as `first NAME`, the category
 * for which most words are found as `most CATEGORY`, and the words.
 */
export function findings(head: string, routing: Routing): string[] {
  return findingsOf(head, votesIn(head, routing));
}

function findingsOf(head: string, votes: readonly Vote[]): string[] {
  const first = votes[0] === undefined ? 'no rule' : `first ${votes[0].rule.name}`;
  return [...votes.map(({ rule }) => `rule ${rule.name}`), first, ...mostFound(votes), ...featuresOf(head)];
}

// Nothing where two categories are found equally often.
function mostFound(votes: readonly Vote[]): string[] {
  const counts = new Map<string, number>();
  for (const { rule, count } of votes) counts.set(rule.category, (counts.get(rule.category) ?? 0) + count);
  const most = Math.max(...counts.values());
  const first = [...counts].filter(([, count]) => count === most);
  return first.length === 1 ? [`most ${first[0]?.[0]}`] : [];
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
  votes: Tried<VoteRule>[];
  tiers: Tried<TierRule>[];
}

const compiledRules = new WeakMap<Routing, Compiled>();

function compiled(routing: Routing): Compiled {
  let rules = compiledRules.get(routing);
  if (rules === undefined) {
    const { categories, votes, tiers } = routing;
    const first = <R extends { match: string }>(rule: R) => compile(rule, 'i');
    const every = <R extends { match: string }>(rule: R) => compile(rule, 'gi');
    rules = { categories: categories.map(first), votes: votes.map(every), tiers: tiers.map(first) };
    compiledRules.set(routing, rules);
  }
  return rules;
}

function compile<R extends { match: string }>(rule: R, flags: string): Tried<R> {
  return { rule, pattern: new RegExp(rule.match, flags) };
}

interface Match<R> {
  rule: R;
  words: string;
}

function firstMatch<R>(rules: readonly Tried<R>[], head: string): Match<R> | undefined {
  for (const { rule, pattern } of rules) {
    const words = pattern.exec(head)?.[0];
    if (words !== undefined) return { rule, words: words.trim() };
  }
  return undefined;
}

/** A vote that is found, with its first words and how often. */
interface Vote extends Match<VoteRule> {
  count: number;
}

function votesIn(head: string, routing: Routing): Vote[] {
  const ask = head.slice(0, askLength);
  return compiled(routing).votes.flatMap(({ rule, pattern }) => {
    const found = ask.match(pattern);
    return found === null ? [] : [{ rule, words: found[0].trim(), count: found.length }];
  });
}
