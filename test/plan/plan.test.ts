import { expect, test } from 'vitest';
import { Config } from '../../src/model/config.ts';
import { homeAt } from '../../src/model/home.ts';
import { Plan } from '../../src/model/plan.ts';
import { Profile } from '../../src/model/profile.ts';
import {
  branchNameFor,
  makePlan,
  type PlanInput,
  planWorkplace,
  type RepoFacts,
} from '../../src/plan/plan.ts';
import { aPlan } from '../model/samples.ts';

const home = homeAt('/o');
const commit = 'b'.repeat(40);

function facts(fields: Partial<RepoFacts> = {}): RepoFacts {
  const root = fields.root ?? '/work/My Shop';
  return {
    kind: 'repo',
    root,
    commonDir: `${root}/.git`,
    head: { branch: 'main', commit },
    dirty: false,
    subdir: '',
    hasSubmodules: false,
    ...fields,
  };
}

const place = (fields: Partial<RepoFacts> = {}, worktree = true) =>
  planWorkplace(home, facts(fields), worktree, 'task-1', 'orchestra/task-1-x');

test('a task gets a worktree of its own under the home, on a branch from HEAD', () => {
  expect(place({ subdir: 'api' })).toEqual({
    repo: '/work/My Shop',
    dir: '/o/worktrees/my-shop/task-1',
    worktree: true,
    branch: 'orchestra/task-1-x',
    base: { branch: 'main', commit },
    subdir: 'api',
    notes: [],
  });
  expect(place({ root: '/work/日本' }).dir).toBe('/o/worktrees/repo/task-1');
});

test('a task given inside a linked worktree belongs to the main checkout', () => {
  const linked = place({ root: '/o/worktrees/shop/task-3', commonDir: '/work/shop/.git' });
  expect(linked).toMatchObject({ repo: '/work/shop', dir: '/o/worktrees/shop/task-1' });
  const ofBare = place({ root: '/work/tree', commonDir: '/work/bare.git' });
  expect(ofBare.repo).toBe('/work/tree');
});

test('what the user should know of the worktree is noted', () => {
  expect(place({ dirty: true, head: { branch: null, commit }, hasSubmodules: true }).notes).toEqual([
    'Uncommitted changes stay where they are; the task starts from the last commit.',
    'HEAD is detached: approve will need --onto BRANCH.',
    'Submodules are not checked out in the worktree.',
  ]);
});

test('outside git, and without a worktree, it works in place and says so', () => {
  expect(place({ kind: 'none', head: null, dirty: null })).toMatchObject({
    worktree: false,
    branch: null,
    base: null,
    dir: '/work/My Shop',
    notes: ['Not a git repository: it works in place and there is nothing to approve.'],
  });
  expect(place({ subdir: 'api' }, false)).toMatchObject({
    worktree: false,
    branch: null,
    dir: '/work/My Shop/api',
    notes: ['Without a worktree: it works in place and there is nothing to approve.'],
  });
  expect(place({ kind: 'empty', head: null }, false)).toMatchObject({ worktree: false, base: null });
});

test('a worktree that cannot be is refused with what to do instead', () => {
  for (const [given, word] of [
    [{ kind: 'bare' as const }, 'bare'],
    [{ kind: 'empty' as const, head: null }, 'no commits yet'],
    [{ head: null }, 'no commits yet'],
  ] as const) {
    expect(() => place(given)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringContaining(word),
        hint: expect.any(String),
      }),
    );
  }
});

test('a branch is named after task and title, and after the task alone where the title has no letters', () => {
  expect(branchNameFor('task-5', 'Add OAuth2 (Google)!')).toBe('orchestra/task-5-add-oauth2-google');
  expect(branchNameFor('task-5', '日本語 🎉')).toBe('orchestra/task-5');
});

const config = Config.parse({
  checksFor: { docs: [{ kind: 'clean' }, { kind: 'tests' }] },
  tests: 'make test',
  parallel: 4,
  timeout: '60m',
  grace: '10s',
  idle: '60s',
  attempts: 3,
  stall: '10m',
  dayBudget: null,
  toolBudgets: {},
  unpricedTokens: 5_000_000,
  perRepo: null,
  maxQueued: 1000,
  landing: 'merge',
  learning: 'on',
  keepDays: 30,
  keepGigabytes: 5,
  checks: ['npm run lint'],
  checkTimeout: '10m',
  env: [],
  access: 'edit',
});

function input(fields: Partial<PlanInput> = {}): PlanInput {
  return {
    task: 'task-1',
    run: 1,
    request: { repo: '/work/shop', parent: null },
    tool: {
      profile: Profile.parse({ name: 'my-agent', binary: 'x', format: 'plain' }),
      dir: '/tools/my-agent',
    },
    model: null,
    session: null,
    config,
    workplace: aPlan().workplace,
    category: 'backend',
    policy: { rules: [], autoApprove: [] },
    envNames: ['HOME'],
    attempt: 1,
    account: 'abcd1234',
    baseEnv: { HOME: '/h' },
    ...fields,
  };
}

test('what the task does not say comes from the configuration', () => {
  const plan = makePlan(input());
  expect(Plan.parse(plan)).toEqual(plan);
  expect(plan).toMatchObject({
    access: 'edit',
    checks: ['npm run lint'],
    autoApprove: false,
    argv: ['bash', '/tools/my-agent/run.sh'],
    limits: {
      timeoutSeconds: 3600,
      budgetUsd: null,
      graceSeconds: 10,
      checkTimeoutSeconds: 600,
      toolParallel: null,
    },
    steps: [
      `make the worktree ${plan.workplace.dir} on branch orchestra/task-1, from main`,
      'run my-agent, access edit',
      'check: npm run lint',
      'wait for approve',
    ],
  });
  expect(makePlan(input())).toEqual(plan);
});

test('what the task says wins, and its checks come after those of the repository', () => {
  const profile = Profile.parse({
    name: 'my-agent',
    binary: 'x',
    format: 'plain',
    notice: 'A rehearsal.',
    limits: { parallel: 2 },
  });
  const request = {
    repo: '/work/shop',
    parent: null,
    timeout: '90s',
    budget: 2.5,
    access: 'full' as const,
    checks: ['npm test'],
    autoApprove: true,
  };
  const plan = makePlan(input({ request, tool: { profile, dir: '/t' }, model: 'big', session: 's-1' }));
  expect(plan).toMatchObject({
    access: 'full',
    checks: ['npm run lint', 'npm test'],
    notice: 'A rehearsal.',
    limits: { timeoutSeconds: 90, budgetUsd: 2.5, toolParallel: 2 },
  });
  expect(plan.steps.slice(1)).toEqual([
    'resume my-agent with big, access full',
    'check: npm run lint',
    'check: npm test',
    'land on main',
  ]);
});

test('in place there is nothing to approve, and a detached HEAD is named by its commit', () => {
  const { workplace } = aPlan();
  const steps = (place: typeof workplace) => makePlan(input({ workplace: place })).steps;
  expect(steps({ ...workplace, worktree: false, branch: null })).toEqual([
    `work in place in ${workplace.dir}`,
    'run my-agent, access edit',
    'check: npm run lint',
    'nothing to approve',
  ]);
  expect(steps({ ...workplace, base: { branch: null, commit } })[0]).toContain(`from ${commit.slice(0, 12)}`);
});

test('the checks of the category and the scope are added, and none is there twice', () => {
  const request = {
    repo: '/work/shop',
    parent: null,
    checks: [
      'npm run lint',
      { kind: 'tests' as const },
      { kind: 'command' as const, command: 'x', name: 'X' },
    ],
    scope: ['docs/'],
  };
  const plan = makePlan(input({ request, category: 'docs' }));
  expect(plan.checks).toEqual(['npm run lint', 'clean', 'make test', 'X', 'scope']);
  expect(plan.checkList).toEqual([
    { kind: 'command', command: 'npm run lint' },
    { kind: 'clean' },
    { kind: 'tests', command: 'make test' },
    { kind: 'command', command: 'x', name: 'X' },
    { kind: 'diff', name: 'scope', allowed: ['docs/'] },
  ]);
  expect(Plan.parse(plan)).toEqual(plan);
  expect(makePlan(input({ request, category: 'backend' })).checks).not.toContain('clean');
});

test('without a test command the tests of the category are left out, and those that the task asks for are refused', () => {
  const without = { ...config, tests: '' };
  const plan = makePlan(input({ config: without, category: 'docs' }));
  expect(plan.checks).toEqual(['npm run lint', 'clean']);
  expect(plan.steps.at(-1)).toBe('No test command was found, so the tests are not run.');
  const request = { repo: '/work/shop', parent: null, checks: [{ kind: 'tests' as const }] };
  expect(() => makePlan(input({ config: without, request }))).toThrow(/no test command was found/);
});

test('context, criteria and scope become a brief, and without them there is none', () => {
  const request = { repo: '/work/shop', parent: null };
  expect(makePlan(input({ request })).brief).toBe('');
  const full = {
    ...request,
    context: { files: ['src/a.ts'], notes: 'It is old.\n' },
    criteria: ['The tests pass', 'Two\nlines'],
    scope: ['src/**'],
  };
  expect(makePlan(input({ request: full })).brief).toBe(`

---

Read these files first:

- src/a.ts

Context:

It is old.

The work is finished when all of this is true:

- The tests pass
- Two
  lines

Change only files that match one of these patterns; a change elsewhere is refused:

- src/**
`);
});
