import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { OrchestraError } from '../../src/base/errors.ts';
import { loadPolicy } from '../../src/config/load-policy.ts';
import { trustRepo, trustState } from '../../src/config/trust.ts';

let root: string;
let env: Record<string, string | undefined>;
let repoRoot: string;

beforeEach(() => {
  root = fs.mkdtempSync(join(process.env.HOME ?? '', 'policy-'));
  repoRoot = join(root, 'repo');
  fs.mkdirSync(repoRoot);
  env = { HOME: join(root, 'home') };
});

function write(path: string, text: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

const userFile = (text: string) => write(join(root, 'home', '.config', 'orchestra', 'policy.yaml'), text);
const repoFile = (text: string) => write(join(repoRoot, '.orchestra', 'policy.yaml'), text);
const load = () => loadPolicy({ env, repoRoot });
const ruleNames = () => load().policy.rules.map(({ name }) => name);
const shipped = [
  'orchestra-settings',
  'secrets',
  'removed-tests',
  'existing-tests',
  'pipelines',
  'git-settings',
];

test('the shipped rules hold, each switched on, and only checked work lands by itself', () => {
  const { policy, untrusted } = loadPolicy({ env: {} });
  expect(policy.rules.map(({ name, severity, enabled }) => [name, severity, enabled])).toEqual([
    ['orchestra-settings', 'block', true],
    ['secrets', 'block', true],
    ['removed-tests', 'block', true],
    ['existing-tests', 'warn', true],
    ['pipelines', 'warn', true],
    ['git-settings', 'warn', true],
  ]);
  expect(policy.autoApprove).toMatchObject([{ checks: true }]);
  expect(untrusted).toEqual([]);
});

test("the user's rules come first, replace those of their name, and say what lands by itself", () => {
  userFile(`rules:
  - { name: secrets, kind: secrets, enabled: false }
  - { name: small, kind: size, maxFiles: 3 }
autoApprove: []
`);
  expect(ruleNames()).toEqual(['secrets', 'small', ...shipped.filter((name) => name !== 'secrets')]);
  expect(load().policy.rules[0]).toMatchObject({ enabled: false });
  expect(load().policy.autoApprove).toEqual([]);
});

test('a repository adds rules freely; to weaken one, or to land by itself, it needs trust', () => {
  repoFile(`rules:
  - { name: ours, kind: paths, paths: [legal/] }
  - { name: secrets, kind: secrets, enabled: false }
autoApprove: [{ name: all, checks: false }]
`);
  expect(ruleNames()).toEqual(['ours', ...shipped]);
  expect(load().untrusted).toEqual([
    'rule secrets (.orchestra/policy.yaml:3)',
    'autoApprove (.orchestra/policy.yaml:4)',
  ]);
  expect(load().policy.autoApprove).toMatchObject([{ name: 'checked' }]);
  expect(trustState(repoRoot, env)).toEqual({ state: 'untrusted', items: ['.orchestra/policy.yaml'] });
  trustRepo(repoRoot, env);
  expect(load().untrusted).toEqual([]);
  expect(load().policy.rules.find(({ name }) => name === 'secrets')).toMatchObject({ enabled: false });
  expect(load().policy.autoApprove).toMatchObject([{ name: 'all' }]);
  repoFile('autoApprove: [{ name: more, checks: false }]\n');
  expect(trustState(repoRoot, env).state).toBe('changed');
  expect(load().policy.autoApprove).toMatchObject([{ name: 'checked' }]);
});

test.each([
  [
    'rules: [{ name: a, kind: sizes }]\n',
    '.orchestra/policy.yaml:1:26: rules[0].kind is "sizes", expected one of paths, secrets, licence, dependencies, size, lines, outside.',
  ],
  [
    'rules:\n  - { name: a, kind: size, maxfiles: 3 }\n',
    '.orchestra/policy.yaml:2:28: unknown key "maxfiles" in rules[0], did you mean "maxFiles"?.',
  ],
  [
    'rules:\n  - { name: a, kind: lines, match: "(" }\n',
    '.orchestra/policy.yaml:2:36: the pattern of "a" is not a regular expression: Unterminated group.',
  ],
  [
    "rules:\n  - { name: a, kind: licence, paths: [x], header: '(a+)+b' }\n",
    '.orchestra/policy.yaml:2:51: the pattern of "a" ',
  ],
  [
    'rules:\n  - { name: a, kind: secrets }\n  - { name: a, kind: secrets }\n',
    '.orchestra/policy.yaml:3:13: a second rule is called "a".',
  ],
])('%j is refused by place and fault', (text, message) => {
  repoFile(text);
  try {
    load();
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(OrchestraError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  }
});
