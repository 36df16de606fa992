import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { OrchestraError } from '../../src/base/errors.ts';
import { loadConfig, variableOf } from '../../src/config/load-config.ts';
import { trustRepo } from '../../src/config/trust.ts';

let root: string;
let env: Record<string, string | undefined>;
let repoRoot: string;

beforeEach(() => {
  root = fs.mkdtempSync(join(process.env.HOME ?? '', 'config-'));
  repoRoot = join(root, 'repo');
  fs.mkdirSync(repoRoot);
  env = { HOME: join(root, 'home') };
});

function write(path: string, text: string): string {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
  return path;
}

const userFile = (text: string) => write(join(root, 'home', '.config', 'orchestra', 'config.yaml'), text);
const repoFile = (text: string) => write(join(repoRoot, '.orchestra', 'config.yaml'), text);

function complaint(text: string): { message: string; hint: string | undefined } {
  repoFile(text);
  return thrown(() => loadConfig({ env, repoRoot }));
}

function thrown(work: () => unknown): { message: string; hint: string | undefined } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.code !== 'config') throw error;
    return { message: error.message, hint: error.hint };
  }
  throw new Error('nothing was thrown');
}

test('without any file of the user the shipped defaults hold, each with its line', () => {
  const { config, origins, untrusted, hint } = loadConfig({ env: {} });
  expect(config).toEqual({
    parallel: 4,
    timeout: 3600,
    grace: 10,
    idle: 60,
    attempts: 3,
    stall: 600,
    dayBudget: null,
    toolBudgets: {},
    unpricedTokens: 5_000_000,
    perRepo: null,
    maxQueued: 1000,
    keepDays: 30,
    keepGigabytes: 5,
    checks: [],
    checksFor: { docs: [{ kind: 'clean' }], chore: [{ kind: 'clean' }] },
    tests: '',
    checkTimeout: 600,
    env: [],
    access: 'edit',
    landing: 'merge',
    learning: 'on',
  });
  expect(origins.parallel).toMatch(/^config\/config\.yaml:\d+$/);
  expect({ untrusted, hint }).toEqual({ untrusted: [], hint: undefined });
});

test('a later layer wins, and each value says where it comes from', () => {
  userFile('parallel: 5\ntimeout: 5m\ngrace: 5s\nidle: 5s\n');
  repoFile('# ours\ntimeout: 6m\ngrace: 6s\nidle: 6s\n');
  env.ORCHESTRA_GRACE = '7s';
  env.ORCHESTRA_IDLE = '7s';
  const { config, origins } = loadConfig({ env, repoRoot, flags: { idle: '8s', parallel: undefined } });
  expect(config).toMatchObject({ parallel: 5, timeout: 360, grace: 7, idle: 8, checkTimeout: 600 });
  expect(origins).toMatchObject({
    parallel: '~/.config/orchestra/config.yaml:1',
    timeout: '.orchestra/config.yaml:2',
    grace: 'ORCHESTRA_GRACE',
    idle: '--idle',
  });
});

test('a variable may hold a number or null, or a map as JSON', () => {
  env.ORCHESTRA_DAY_BUDGET = '2.5';
  env.ORCHESTRA_TOOL_BUDGETS = '{"my-agent": 1}';
  expect(loadConfig({ env }).config).toMatchObject({ dayBudget: 2.5, toolBudgets: { 'my-agent': 1 } });
  env.ORCHESTRA_DAY_BUDGET = 'null';
  expect(loadConfig({ env }).config.dayBudget).toBeNull();
  env.ORCHESTRA_TOOL_BUDGETS = 'my-agent=1';
  expect(() => loadConfig({ env })).toThrow('ORCHESTRA_TOOL_BUDGETS is not a JSON object.');
});

test('a list replaces the list below it', () => {
  userFile('checks: [npm test, npm run lint]\n');
  expect(loadConfig({ env, flags: { checks: ['make'] } }).config.checks).toEqual(['make']);
});

test('XDG_CONFIG_HOME comes before HOME, unless it is relative', () => {
  write(join(root, 'xdg', 'orchestra', 'config.yaml'), 'parallel: 9\n');
  expect(loadConfig({ env: { ...env, XDG_CONFIG_HOME: join(root, 'xdg') } }).config.parallel).toBe(9);
  expect(loadConfig({ env: { ...env, XDG_CONFIG_HOME: 'xdg' } }).config.parallel).toBe(4);
});

test.each(['', '# only a comment\n', '---\n', '\uFEFFparallel: 4\n'])('the file %j is fine', (text) => {
  repoFile(text);
  expect(loadConfig({ env, repoRoot }).config.parallel).toBe(4);
});

test('an environment variable is derived from the key', () => {
  expect(variableOf('checkTimeout')).toBe('ORCHESTRA_CHECK_TIMEOUT');
});

test('a list in the environment has one entry a line, or is a JSON list', () => {
  expect(loadConfig({ env: { ORCHESTRA_CHECKS: 'npm test\nnpm run "a, b"\n' } }).config.checks).toEqual([
    'npm test',
    'npm run "a, b"',
  ]);
  expect(loadConfig({ env: { ORCHESTRA_CHECKS: '["a\\nb"]' } }).config.checks).toEqual(['a\nb']);
  expect(loadConfig({ env: { ORCHESTRA_CHECKS: '' } }).origins.checks).toMatch(/^config\//);
  expect(thrown(() => loadConfig({ env: { ORCHESTRA_CHECKS: '[a]' } })).message).toBe(
    'ORCHESTRA_CHECKS begins with [ and is not a JSON list.',
  );
});

test('a wrong variable or flag is named', () => {
  expect(thrown(() => loadConfig({ env: { ORCHESTRA_PARALLEL: 'many' } })).message).toBe(
    'ORCHESTRA_PARALLEL is "many", expected a number from 1 to 500.',
  );
  expect(thrown(() => loadConfig({ env: {}, flags: { checkTimeout: 'soon' } })).message).toBe(
    '--check-timeout is "soon", expected a duration such as 90s, 15m or 1h30m.',
  );
});

test.each([
  [
    'parallel: 4\nparalel: 3\n',
    '.orchestra/config.yaml:2:1: unknown key "paralel", did you mean "parallel"?.',
  ],
  ['colour: red\n', '.orchestra/config.yaml:1:1: unknown key "colour".'],
  ['parallel: many\n', '.orchestra/config.yaml:1:11: parallel is "many", expected a number from 1 to 500.'],
  ['parallel: 0\n', '.orchestra/config.yaml:1:11: parallel is 0, expected a number from 1 to 500.'],
  ['parallel: 1.5\n', '.orchestra/config.yaml:1:11: parallel is 1.5, expected a whole number from 1 to 500.'],
  ['parallel:\n', '.orchestra/config.yaml:1:10: parallel is empty, expected a number from 1 to 500.'],
  ['timeout: [1]\n', '.orchestra/config.yaml:1:10: timeout is a list, expected a text or a number.'],
  [
    '\ntimeout: soon\n',
    '.orchestra/config.yaml:2:10: timeout is "soon", expected a duration such as 90s, 15m or 1h30m.',
  ],
  [
    'access: ful\n',
    '.orchestra/config.yaml:1:9: access is "ful", expected one of read-only, edit, full; did you mean "full"?.',
  ],
  ['checks: npm test\n', '.orchestra/config.yaml:1:9: checks is "npm test", expected a list.'],
  [
    'checks:\n  - npm test\n  - 3\n',
    '.orchestra/config.yaml:3:5: checks[1] is 3, expected a text or a mapping.',
  ],
  [
    'checks:\n  - kind: files\n    exists: [a]\n',
    '.orchestra/config.yaml:3:5: unknown key "exists" in checks[0], did you mean "exist"?.',
  ],
  [
    'checksFor:\n  docs: [{ kind: file }]\n',
    '.orchestra/config.yaml:2:18: checksFor.docs[0].kind is "file", expected one of command, tests, files, clean, diff.',
  ],
  [
    'checks: [{ kind: diff, maxFiles: many }]\n',
    '.orchestra/config.yaml:1:34: checks[0].maxFiles is "many", expected a number of 0 or more.',
  ],
  ['checks: [""]\n', '.orchestra/config.yaml:1:10: checks[0] is "", expected a text that is not empty.'],
  ['- a\n', '.orchestra/config.yaml:1:1: the file is a list, expected a mapping.'],
  ['idle: 1s\nparallel: 3\nidle: 2s\n', '.orchestra/config.yaml:3:1: the key "idle" is there twice.'],
  ['idle:\n\t- 1\n', '.orchestra/config.yaml:2:1: tabs are not allowed as indentation.'],
  ['idle: !odd 1s\n', '.orchestra/config.yaml:1:7: unresolved tag: !odd.'],
  ['idle: 1s\n---\nidle: 2s\n', '.orchestra/config.yaml:2:1: a second document begins, expected one only.'],
])('%j is refused by place, fault and what was expected', (text, message) => {
  expect(complaint(text).message).toBe(message);
});

test('several faults are named at once', () => {
  expect(complaint('parallel: 0\nacces: full\n').message.split('\n')).toHaveLength(2);
});

test('the hint of an unknown key lists the keys', () => {
  expect(complaint('colour: red\n').hint).toBe(
    'The keys there are access, attempts, checkTimeout, checks, checksFor, dayBudget, env, grace, idle, keepDays, keepGigabytes, landing, learning, maxQueued, parallel, perRepo, stall, tests, timeout, toolBudgets, unpricedTokens.',
  );
});

test('a folder in place of the file, a huge file and an alias bomb are refused', () => {
  const path = join(repoRoot, '.orchestra', 'config.yaml');
  fs.mkdirSync(path, { recursive: true });
  expect(thrown(() => loadConfig({ env, repoRoot })).message).toBe('.orchestra/config.yaml is not a file.');
  fs.rmdirSync(path);
  expect(complaint(`# ${'x'.repeat(1024 * 1024)}\n`).message).toBe('.orchestra/config.yaml is over 1 MB.');
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(10)}]`),
  ];
  expect(complaint(bomb.join('\n')).message).toMatch(/^\.orchestra\/config\.yaml: Excessive alias count/);
});

test("a repository's checks, env and higher access wait for trust, and everything else counts", () => {
  userFile('checks: [make]\n');
  repoFile('parallel: 2\naccess: full\nenv: ["AWS_*"]\nchecks: [npm test]\n');
  const before = loadConfig({ env, repoRoot });
  expect(before.config).toMatchObject({ parallel: 2, access: 'edit', env: [], checks: ['make'] });
  expect(before.untrusted).toEqual([
    'checks (.orchestra/config.yaml:4)',
    'env (.orchestra/config.yaml:3)',
    'access (.orchestra/config.yaml:2)',
  ]);
  expect(before.hint).toBe('Read what they would do, then run `orchestra trust` in the repository.');
  trustRepo(repoRoot, env);
  const after = loadConfig({ env, repoRoot });
  expect(after.config).toMatchObject({ access: 'full', env: ['AWS_*'], checks: ['npm test'] });
  expect(after).toMatchObject({ untrusted: [], hint: undefined });
});

test('a repository may lower the access by itself', () => {
  repoFile('access: read-only\n');
  expect(loadConfig({ env, repoRoot })).toMatchObject({ config: { access: 'read-only' }, untrusted: [] });
});
