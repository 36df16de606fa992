import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checkYaml, parseYaml } from '../../src/base/yaml-file.ts';
import { loadRouting } from '../../src/config/load-routing.ts';
import { dangerOf } from '../../src/config/pattern-cost.ts';
import type { ContextRule, TierRule } from '../../src/model/routing.ts';
import { classify } from '../../src/route/classify.ts';

const Pairs = z.record(z.string(), z.strictObject({ yes: z.string(), no: z.string() }));
const Examples = z.strictObject({ categories: Pairs, votes: Pairs, context: Pairs, tiers: Pairs });
const text = readFileSync(new URL('examples.yaml', import.meta.url), 'utf8');
const examples = checkYaml(parseYaml(text, 'examples.yaml'), Examples);
const { routing, scorer } = loadRouting({ env: {} });
const lists = ['categories', 'votes', 'context', 'tiers'] as const;
const patternsOf = (list: (typeof lists)[number]) =>
  ([...routing[list]] as (TierRule | ContextRule)[]).map((rule) => ({
    name: rule.name,
    pattern: 'match' in rule ? rule.match : (rule.file ?? rule.label ?? rule.repo ?? ''),
  }));

/** What they look for is a length or a number, which no example shows. */
const withoutExample = ['long-text', 'many-criteria'];

describe.each(lists)('the shipped %s', (list) => {
  const rules = patternsOf(list).filter(({ name }) => !withoutExample.includes(name));

  test('have examples for each rule and no others', () => {
    expect(Object.keys(examples[list]).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  test.each(rules)('rule $name matches its one example and not the other', ({ name, pattern }) => {
    const pair = examples[list][name];
    expect(pair?.yes).toMatch(new RegExp(pattern, 'i'));
    expect(pair?.no).not.toMatch(new RegExp(pattern, 'i'));
  });

  test.each(patternsOf(list))('rule $name cannot run for long', ({ pattern }) => {
    expect(dangerOf(pattern)).toBeUndefined();
  });
});

test('there are at most 120 rules', () => {
  expect(lists.reduce((sum, list) => sum + routing[list].length, 0)).toBeLessThanOrEqual(120);
});

test('the scorer is readable data under 200 KB that knows every vote', () => {
  const file = readFileSync(new URL('../../config/scorer.json', import.meta.url), 'utf8');
  expect(file.length).toBeLessThan(200 * 1024);
  const known = Object.keys(scorer?.category.weights ?? {});
  const unknown = routing.votes.filter(({ name }) => !known.includes(`rule ${name}`));
  expect(unknown.map(({ name }) => name)).toEqual([]);
  const Model = z.strictObject({
    classes: z.array(z.string()).min(2),
    scale: z.number().positive(),
    bias: z.record(z.string(), z.number()),
    weights: z.record(z.string(), z.array(z.number())),
  });
  const Scorer = z.strictObject({
    schema: z.literal('orchestra.scorer/1'),
    confident: z.number().min(0).max(1),
    category: Model,
    tier: Model,
  });
  const { category, tier } = Scorer.parse(JSON.parse(file));
  for (const { classes, weights } of [category, tier])
    expect(new Set(Object.values(weights).map((row) => row.length))).toEqual(new Set([classes.length]));
});

test('every category is reached by a rule', () => {
  const reached = new Set([...routing.categories, ...routing.votes].map((rule) => rule.category));
  expect(reached.size).toBe(12);
});

test('a text over 2,000 characters is complex work', () => {
  expect(classify('word '.repeat(500), { routing, scorer }).tierBy).toBe('long-text');
});

test.each([
  ['Add OAuth2 with Google', 'backend'],
  ['Add dark mode to the settings page', 'frontend'],
  ['Fix the crash when saving an empty form. Run npm test afterwards.', 'bugfix'],
  ['Implement login endpoint and write unit tests for it', 'backend'],
  ['Design the architecture of a billing service', 'architecture'],
  ['Set up GitHub Actions to run the tests on every push', 'devops'],
  ['Users report that checkout fails with a 500 error', 'bugfix'],
  ['Bump express to 5.1', 'chore'],
  ['Speed up the search query', 'performance'],
  ['Write unit tests for the price parser', 'tests'],
  ['Add an index on orders.created_at', 'database'],
  ['Explain the installation in the README', 'docs'],
  ['Fix the greeting: it ignores the name', 'bugfix'],
  ['Add a --version flag', 'backend'],
])('"%s" is %s', (task, category) => {
  expect(classify(task, { routing, scorer }).category).toBe(category);
});
