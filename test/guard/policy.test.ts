import { expect, test } from 'vitest';
import { evaluatePolicy, type PolicyFacts } from '../../src/guard/policy.ts';
import { blockingFindings, findingText } from '../../src/model/finding.ts';
import type { PatchFile } from '../../src/model/patch.ts';
import { Policy, PolicyRule } from '../../src/model/policy.ts';
import type { Finding } from '../../src/model/verdict.ts';

function file(path: string, fields: Partial<PatchFile> = {}): PatchFile {
  return { path, change: 'modified', opaque: false, added: [], removed: 0, ...fields };
}

const lines = (...texts: string[]) => texts.map((text, index) => ({ line: index + 1, text }));

function find(rule: object, facts: Partial<PolicyFacts> = {}): string[] {
  const policy = { rules: [PolicyRule.parse({ name: 'rule', ...rule })], autoApprove: [] };
  const whole = {
    category: 'backend' as const,
    patch: [],
    secrets: [],
    manifests: [],
    outside: [],
    ...facts,
  };
  return evaluatePolicy(policy, whole).map(findingText);
}

test('paths that nobody may touch are found, but for the exceptions', () => {
  const rule = { kind: 'paths', paths: ['infra/', '*.pem'], except: ['infra/README.md'] };
  const patch = ['infra/main.tf', 'infra/README.md', 'deep/a.pem', 'src/a.ts'].map((path) => file(path));
  expect(find(rule, { patch })).toEqual([
    'rule: infra/main.tf: the file was modified',
    'rule: deep/a.pem: the file was modified',
  ]);
});

test('tests that were there are protected, and new ones are welcome', () => {
  const rule = { kind: 'paths', paths: ['test/'], changes: ['modified', 'deleted', 'type-changed'] };
  const patch = [
    file('test/a.test.ts'),
    file('test/b.test.ts', { change: 'deleted' }),
    file('test/new.test.ts', { change: 'added' }),
  ];
  expect(find({ ...rule, message: 'leave the tests alone' }, { patch })).toEqual([
    'rule: test/a.test.ts: the file was modified: leave the tests alone',
    'rule: test/b.test.ts: the file was deleted: leave the tests alone',
  ]);
});

test('secrets are found where they stand', () => {
  const secrets = [
    { file: 'src/a.ts', line: 3, what: 'looks like a secret (x)' },
    { file: 'test/fixtures/key', line: 1, what: 'looks like a secret (y)' },
  ];
  expect(find({ kind: 'secrets', except: ['test/fixtures/'] }, { secrets })).toEqual([
    'rule: src/a.ts:3: looks like a secret (x)',
  ]);
});

test('new files need their licence header in the first lines', () => {
  const rule = { kind: 'licence', paths: ['src/'], header: 'SPDX-License-Identifier: \\S+', lines: 2 };
  const patch = [
    file('src/good.ts', { change: 'added', added: lines('#!x', '// SPDX-License-Identifier: MIT') }),
    file('src/late.ts', { change: 'added', added: lines('', '', '// SPDX-License-Identifier: MIT') }),
    file('src/old.ts', { added: lines('x') }),
    file('docs/a.md', { change: 'added', added: lines('x') }),
    file('src/empty.ts', { change: 'added' }),
    file('src/a.png', { change: 'added', opaque: true }),
  ];
  expect(find(rule, { patch })).toEqual(['rule: src/late.ts:1: no licence header']);
});

test('a new dependency must be allowed, and must not be denied', () => {
  const manifests = [
    {
      path: 'package.json',
      before: '{"dependencies":{"old":"1"}}',
      after: '{"dependencies":{\n"old":"1",\n"zod":"4",\n"@other/zod":"4",\n"left-pad":"1"}}',
    },
  ];
  expect(find({ kind: 'dependencies', allow: ['zod', 'left-*'], deny: ['left-pad'] }, { manifests })).toEqual(
    [
      'rule: package.json:4: the dependency @other/zod is not allowed',
      'rule: package.json:5: the dependency left-pad is not allowed',
    ],
  );
  expect(find({ kind: 'dependencies', deny: ['left-pad'] }, { manifests })).toHaveLength(1);
  expect(find({ kind: 'dependencies', allow: [] }, { manifests })).toHaveLength(3);
  const torn = [{ path: 'package.json', before: null, after: '{' }];
  expect(find({ kind: 'dependencies', allow: [] }, { manifests: torn })).toEqual([
    'rule: package.json: its dependencies cannot be read',
  ]);
});

test('a change may be held to a size', () => {
  const patch = [file('a', { added: lines('1', '2'), removed: 2 }), file('b')];
  expect(find({ kind: 'size', maxFiles: 2, maxLines: 4 }, { patch })).toEqual([]);
  expect(find({ kind: 'size', maxFiles: 1, maxLines: 3 }, { patch })).toEqual([
    'rule: 2 files are changed, at most 1 may be',
    'rule: 4 lines are changed, at most 3 may be',
  ]);
});

test('lines that nobody may add are found by pattern', () => {
  const patch = [
    file('test/a.ts', { added: [{ line: 7, text: "test.only('x', () => {})" }] }),
    file('src/a.ts', { added: [{ line: 1, text: 'it.only(1)' }] }),
  ];
  expect(find({ kind: 'lines', match: '\\.(skip|only)\\(', paths: ['test/'] }, { patch })).toEqual([
    'rule: test/a.ts:7: the line matches /\\.(skip|only)\\(/',
  ]);
});

test('a rule counts for its categories, and not when it is switched off', () => {
  const patch = [file('a')];
  const rule = { kind: 'paths', paths: ['a'] };
  const found = (more: object, category: PolicyFacts['category']) =>
    find({ ...rule, ...more }, { patch, category }).length;
  expect(found({}, null)).toBe(1);
  expect(found({ enabled: false }, 'docs')).toBe(0);
  expect(found({ categories: ['docs'] }, 'docs')).toBe(1);
  expect(found({ categories: ['docs'] }, 'tests')).toBe(0);
  expect(found({ categories: ['docs'] }, null)).toBe(0);
  expect(found({ exceptCategories: ['docs'] }, 'docs')).toBe(0);
  expect(found({ exceptCategories: ['docs'] }, 'tests')).toBe(1);
});

test('what is too large to be read passes no rule', () => {
  expect(find({ kind: 'secrets' }, { patch: null })).toEqual(['rule: the change is too large to be read']);
});

test('of very many findings of a rule the first are named', () => {
  const patch = Array.from({ length: 80 }, (_, index) => file(`a/${index}`));
  const found = find({ kind: 'paths', paths: ['a/'] }, { patch });
  expect(found).toHaveLength(51);
  expect(found.at(-1)).toBe('rule: and in 30 more places');
});

test('a finding blocks unless it only warns or its rule was overridden and may be', () => {
  const finding = (rule: string, fields: Partial<Finding> = {}): Finding => ({
    rule,
    file: null,
    line: null,
    message: 'no',
    severity: 'block',
    overridable: false,
    ...fields,
  });
  const findings = [
    finding('hard'),
    finding('soft', { overridable: true }),
    finding('said', { severity: 'warn' }),
  ];
  const rules = (overrides: string[]) => blockingFindings({ findings }, overrides).map(({ rule }) => rule);
  expect(rules([])).toEqual(['hard', 'soft']);
  expect(rules(['soft', 'hard'])).toEqual(['hard']);
  expect(blockingFindings({}, [])).toEqual([]);
  expect(blockingFindings(undefined)).toEqual([]);
});

test('a policy with a key of another kind of rule is refused', () => {
  const rules = [{ name: 'a', kind: 'size', paths: ['x'] }];
  expect(Policy.safeParse({ rules, autoApprove: [] }).success).toBe(false);
});

test('a rule about removals lets pass what is only added to a file, and names where a change begins', () => {
  const rule = { kind: 'paths', paths: ['test/'], onlyRemovals: true };
  const patch = [
    file('test/more.ts', { added: lines('one more'), first: 1 }),
    file('test/other.ts', { added: lines('other'), removed: 1, first: 9 }),
    file('test/picture.png', { opaque: true }),
  ];
  expect(find(rule, { patch })).toEqual([
    'rule: test/other.ts:9: the file was modified',
    'rule: test/picture.png: the file was modified',
  ]);
});

test('what changed outside of the worktree is told as far as a rule asks, and nobody is blamed for it', () => {
  const outside = [
    { kind: 'settings' as const, file: '.git/hooks/pre-commit', what: 'was added' },
    { kind: 'files' as const, file: '/home/ada/shop/a.ts', what: 'was changed' },
  ];
  const rule = { kind: 'outside', what: ['settings'] };
  expect(find(rule, { outside })).toEqual(['rule: .git/hooks/pre-commit: was added during the run']);
  expect(find({ ...rule, what: ['files'] }, { outside, patch: null })).toEqual([
    'rule: /home/ada/shop/a.ts: was changed during the run',
  ]);
});
