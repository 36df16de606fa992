import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checkYaml, parseYaml } from '../../src/base/yaml-file.ts';
import { loadRouting } from '../../src/config/load-routing.ts';
import { classify } from '../../src/route/classify.ts';

const Pairs = z.record(z.string(), z.strictObject({ yes: z.string(), no: z.string() }));
const Examples = z.strictObject({ categories: Pairs, tiers: Pairs });
const text = readFileSync(new URL('examples.yaml', import.meta.url), 'utf8');
const examples = checkYaml(parseYaml(text, 'examples.yaml'), Examples);
const { routing } = loadRouting({ env: {} });

/** Its pattern is about length, which no example shows. */
const withoutExample = ['long-text'];

describe.each(['categories', 'tiers'] as const)('the shipped %s', (list) => {
  test('have examples for each rule and no others', () => {
    const names = routing[list].map((rule) => rule.name).filter((name) => !withoutExample.includes(name));
    expect(Object.keys(examples[list]).sort()).toEqual(names.sort());
  });

  test.each(routing[list].filter((rule) => !withoutExample.includes(rule.name)))(
    'rule $name keeps its examples',
    (rule) => {
      const pair = examples[list][rule.name];
      const kind = classify(pair?.yes ?? '', routing, {});
      expect(list === 'categories' ? kind.categoryBy : kind.tierBy).toBe(rule.name);
      expect(pair?.no).not.toMatch(new RegExp(rule.match, 'i'));
    },
  );
});

test('every category but the default ones is reached by a rule', () => {
  const reached = new Set(routing.categories.map((rule) => rule.category));
  expect(reached.size).toBe(12);
});

test('a text over 2,000 characters is complex work', () => {
  expect(classify('word '.repeat(500), routing, {}).tierBy).toBe('long-text');
});

test.each([
  ['Add OAuth2 with Google', 'backend'],
  ['Add dark mode to the settings page', 'frontend'],
  ['Fix the crash when saving an empty form. Run npm test afterwards.', 'bugfix'],
  ['Implement login endpoint and write unit tests for it', 'backend'],
  ['Design the architecture of a billing service', 'architecture'],
  ['Set up GitHub Actions to run the tests on every push', 'devops'],
  ['Users report that checkout fails with a 500 error', 'bugfix'],
])('"%s" is %s', (task, category) => {
  expect(classify(task, routing, {}).category).toBe(category);
});
