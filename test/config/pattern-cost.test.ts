import { expect, test } from 'vitest';
import { loadRouting } from '../../src/config/load-routing.ts';
import { dangerOf } from '../../src/config/pattern-cost.ts';

test.each([
  ['(a+)+', 'could run for ever, since (a+)+ repeats what already varies in length'],
  ['x(?:a*b?)*y', 'could run for ever, since (?:a*b?)* repeats what already varies in length'],
  ['(a|a)*$', 'could run for ever, since (a|a)* repeats what already varies in length'],
  ['([a-z]+\\s?)+$', 'could run for ever, since ([a-z]+\\s?)+ repeats what already varies in length'],
  ['(a{1,5}){2,}', 'could run for ever, since (a{1,5}){2,} repeats what already varies in length'],
  ['(a?){40}a{40}', 'could run for very long, since several open repetitions follow one another'],
  ['(a|a){40}b', 'could run for very long, since several open repetitions follow one another'],
  ['.*a.*b', 'could run for very long, since several open repetitions follow one another'],
  ['\\s+\\s+x', 'could run for very long, since several open repetitions follow one another'],
  ['.*\\d+x', 'could run for very long, since several open repetitions follow one another'],
  ['(a)\\1', 'refers back to a group'],
])('%s is refused', (pattern, text) => {
  expect(dangerOf(pattern)?.text).toBe(text);
});

test.each([
  'add(s|ed|ing)?',
  '\\bunit tests?\\b',
  'fix.*bug',
  'a.{0,40}b.{0,40}c',
  '^(?=.*a)(?=.*b)',
  '^.*a.*b',
  '\\w+ \\w+ \\w+',
  '^(?!.{0,200}with (\\w+ ){0,3}tests)x',
  'fix.*(authentication|authorisation)',
  '\\d+\\.\\d+',
  '(foo|bar){1,3}',
  '[(+*]+',
  '\\(a+\\)+',
  '(abc)+',
])('%s is fine', (pattern) => {
  expect(dangerOf(pattern)).toBeUndefined();
});

test('no shipped rule is refused, and no two have one name', () => {
  const { categories, tiers, tools } = loadRouting({ env: {} }).routing;
  const refused = [...categories, ...tiers].filter((rule) => dangerOf(rule.match) !== undefined);
  expect(refused.map((rule) => rule.name)).toEqual([]);
  for (const list of [categories, tiers, tools])
    expect(new Set(list.map((rule) => rule.name)).size).toBe(list.length);
});
