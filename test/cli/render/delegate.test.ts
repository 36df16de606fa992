import { expect, test } from 'vitest';
import { decidedText } from '../../../src/cli/render/decided.ts';
import { render } from '../../../src/cli/render/delegate.ts';
import { route, screen, summary } from './documents.ts';

test('a task in review shows what changed, what was checked, what it cost and what to do next', () => {
  expect(render([summary()], screen())).toMatchInlineSnapshot(`
    "task-5  review  Added OAuth2 with Google.
      2 files changed; 2 checks passed
      M src/auth.ts    +12 -3
      A src/google.ts  +40 -0
      ✓ npm test (3.2s)
      ✓ npm run lint (1s)

        The callback is /auth/google. Set GOOGLE_CLIENT_ID before you start the
        server.

      cost $0.0123 (reported) · 12.3k in, 1.2k out, 20k cache · 45s · run 1
      branch orchestra/task-5-add-oauth2 (from main) · commit aaaaaaaaaaaa
      next: orchestra approve task-5 · orchestra status task-5
            orchestra attach task-5"
  `);
});

test('a failed task says why once, cuts what is long and says where the rest is, in ASCII where that is all there is', () => {
  const message = '1 of 1 checks failed: npm test (exit 1)';
  const failed = summary({
    status: 'failed',
    reason: `check_failed: ${message}`,
    errors: [{ class: 'check_failed', message }],
    checks: [
      { command: `npm test -- ${'--flag '.repeat(20)}`, passed: false, exit: 1, seconds: 61, commit: null },
    ],
    answer: Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n'),
    files: Array.from({ length: 12 }, (_, index) => ({
      path: `${'a/deep/folder/'.repeat(6)}${index}.png`,
      change: 'added' as const,
      additions: null,
      deletions: null,
    })),
    cost: { usd: null, source: 'unknown', tokens: null },
    runs: 3,
  });
  expect(render([failed], screen(80, false))).toMatchInlineSnapshot(`
    "task-5  failed  Added OAuth2 with Google.
      check_failed: 1 of 1 checks failed: npm test (exit 1)
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/0.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/1.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/2.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/3.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/4.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/5.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/6.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/7.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/8.png  binary
      A ...deep/folder/a/deep/folder/a/deep/folder/a/deep/folder/9.png  binary
      and 2 more files
      FAILED npm test -- --flag --flag --flag --flag --flag --fl... (exit 1, 1m 01s)

        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        line 12

      cut here; all of it: orchestra logs task-5
      cost unknown | 45s | 3 runs
      branch orchestra/task-5-add-oauth2 (from main) | commit aaaaaaaaaaaa
      next: orchestra status task-5 | orchestra logs task-5 | orchestra retry task-5"
  `);
});

test('work that a rule speaks against is looked at, mended or let pass with a reason', () => {
  const reason = 'policy: removed-tests: test/a.test.ts: the file was deleted';
  const text = render([summary({ reason })], screen(120));
  expect(text).toContain(
    'next: orchestra diff task-5 · orchestra reply task-5 TEXT\n        orchestra approve task-5 --override removed-tests --reason TEXT',
  );
});

test('a blocked task shows its questions and how to answer', () => {
  const blocked = summary({
    status: 'blocked',
    reason: 'it asks: Which provider?',
    questions: ['Which provider?', 'Keep the old login?'],
    files: [],
    checks: [],
    answer: '',
    commit: null,
  });
  expect(render([blocked], screen())).toMatchInlineSnapshot(`
    "task-5  blocked  Added OAuth2 with Google.
      it asks: Which provider?
      asks: Keep the old login?
      cost $0.0123 (reported) · 12.3k in, 1.2k out, 20k cache · 45s · run 1
      branch orchestra/task-5-add-oauth2 (from main)
      next: orchestra reply task-5 TEXT · orchestra attach task-5
            orchestra status task-5"
  `);
});

test('a detached task and several tasks keep apart', () => {
  const stored = { schema: 'orchestra.task/1', task: 'task-6', status: 'queued', route };
  const done = summary({
    task: 'task-7',
    status: 'done',
    reason: 'landed on main',
    answer: '',
    files: [],
    checks: [],
  });
  expect(render([stored, done], screen(120))).toMatchInlineSnapshot(`
    "task-6  queued  big-agent with maker/opus-5-20260101
      next: orchestra wait task-6 · orchestra status task-6 · orchestra cancel task-6

    task-7  done  Added OAuth2 with Google.
      landed on main
      cost $0.0123 (reported) · 12.3k in, 1.2k out, 20k cache · 45s · run 1
      branch orchestra/task-5-add-oauth2 (from main) · commit aaaaaaaaaaaa
      next: orchestra clean task-7"
  `);
});

test('control bytes of an agent never reach the terminal', () => {
  const nasty = '\u001b[2J\u001b]0;title\u0007';
  const text = render(
    [
      summary({
        headline: `${nasty}Done`,
        answer: `x\n${nasty}y`,
        reason: nasty,
        files: [{ path: `a${nasty}`, change: 'added', additions: 1, deletions: 0 }],
      }),
    ],
    screen(),
  );
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('a dry run shows route, steps, limits, notes and that there is no estimate yet', () => {
  const plan = {
    steps: [
      'make the worktree /home/ada/.local/state/orchestra/worktrees/shop/task-1 on branch orchestra/task-1-add, from main',
      'run big-agent with opus-5, access edit',
      'check: npm test',
      'wait for approve',
    ],
    limits: { timeoutSeconds: 3600, budgetUsd: null, graceSeconds: 10 },
    workplace: { notes: ['Uncommitted changes stay where they are; the task starts from the last commit.'] },
  };
  const document = {
    schema: 'orchestra.plan/1',
    route: { ...route, estimate: { usd: null, seconds: null, basis: 'none' } },
    plan,
  };
  expect(render([document], screen())).toMatchInlineSnapshot(`
    "To big-agent with opus-5: "OAuth2" makes it backend work of standard size.
      1. make the worktree /home/ada/.local/state/orchestra/worktrees/shop/task-1 on
         branch orchestra/task-1-add, from main
      2. run big-agent with opus-5, access edit
      3. check: npm test
      4. wait for approve
    limits: at most 1h 00m, no budget
    note: Uncommitted changes stay where they are; the task starts from the last
          commit.
    estimate: no estimate yet
    Nothing was changed."
  `);
});

test('what was decided is said with its reason, its notes, the estimate and how to look in', () => {
  const notes = ['Uncommitted changes stay where they are; the task starts from the last commit.'];
  expect(decidedText({ kind: 'decided', task: 'task-6', route, notes }, screen())).toMatchInlineSnapshot(`
    "task-6  To big-agent with opus-5: "OAuth2" makes it backend work of standard
            size.
      note: Uncommitted changes stay where they are; the task starts from the last
            commit.
      about $0.0200 and 45s (median of 12 runs) · look in: orchestra peek task-6"
  `);
});
