import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { loadRouting } from '../../src/config/load-routing.ts';

let repoRoot: string;
let env: Record<string, string | undefined>;

beforeEach(() => {
  const root = fs.mkdtempSync(join(process.env.HOME ?? '', 'routing-'));
  repoRoot = join(root, 'repo');
  env = { HOME: root };
  fs.mkdirSync(join(repoRoot, '.orchestra'), { recursive: true });
  fs.mkdirSync(join(root, '.config', 'orchestra'), { recursive: true });
});

const repoFile = (text: string) => fs.writeFileSync(join(repoRoot, '.orchestra', 'routes.yaml'), text);
const userFile = (text: string) =>
  fs.writeFileSync(join(env.HOME ?? '', '.config/orchestra/routes.yaml'), text);

test("the repository's rules come first, then the user's, then the shipped ones", () => {
  const shipped = loadRouting({ env }).routing.categories.map((rule) => rule.name);
  userFile('categories:\n  - { name: mine, match: a, category: docs }\n');
  repoFile('categories:\n  - { name: ours, match: b, category: docs }\n');
  const { routing, origins } = loadRouting({ env, repoRoot });
  expect(routing.categories.map((rule) => rule.name)).toEqual(['ours', 'mine', ...shipped]);
  expect(origins['categories.ours']).toBe('.orchestra/routes.yaml:2');
  expect(origins['categories.mine']).toBe('~/.config/orchestra/routes.yaml:2');
});

test('a rule of the same name replaces the one below, and the default is overridden key by key', () => {
  const before = loadRouting({ env }).routing;
  repoFile(
    'categories:\n  - { name: documents, match: handbook, category: chore }\ndefault:\n  tier: complex\n',
  );
  const { routing, origins } = loadRouting({ env, repoRoot });
  expect(routing.categories.filter((rule) => rule.name === 'documents')).toEqual([
    { name: 'documents', match: 'handbook', category: 'chore' },
  ]);
  expect(routing.default).toEqual({ ...before.default, tier: 'complex' });
  expect(origins['default.tier']).toBe('.orchestra/routes.yaml:4');
  expect(origins['default.category']).toMatch(/^config\/routes\.yaml:\d+$/);
});

test.each([
  [
    'categories:\n  - name: a\n    match: "(x"\n    category: docs\n',
    '.orchestra/routes.yaml:3:12: the pattern of "a" is not a regular expression: Unterminated group.',
  ],
  [
    'tiers:\n  - { name: slow, match: (a+)+, tier: complex }\n',
    '.orchestra/routes.yaml:2:26: the pattern of "slow" could run for ever, since (a+)+ repeats what already varies in length.',
  ],
  [
    'tools:\n  - { name: a, tools: [x] }\n  - { name: a, tools: [y] }\n',
    '.orchestra/routes.yaml:3:13: a second rule is called "a".',
  ],
  [
    'categories:\n  - { name: a, match: b, category: doc }\n',
    '.orchestra/routes.yaml:2:36: categories[0].category is "doc", expected one of architecture, backend, frontend, database, tests, docs, refactor, bugfix, performance, security, devops, chore; did you mean "docs"?.',
  ],
  [
    'categories:\n  - { name: a, match: b }\n',
    '.orchestra/routes.yaml:2:5: categories[0].category is missing, expected one of architecture, backend, frontend, database, tests, docs, refactor, bugfix, performance, security, devops, chore.',
  ],
  [
    'default: { tyer: complex }\n',
    '.orchestra/routes.yaml:1:12: unknown key "tyer" in default, did you mean "tier"?.',
  ],
])('%j is refused with its place', (text, message) => {
  repoFile(text);
  expect(() => loadRouting({ env, repoRoot })).toThrow(expect.objectContaining({ code: 'config', message }));
});
