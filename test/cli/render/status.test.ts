import { expect, test } from 'vitest';
import { render } from '../../../src/cli/render/status.ts';
import { route, row, screen, summary } from './documents.ts';

process.env.TZ = 'UTC';

const unknown = { usd: null, source: 'unknown' as const, tokens: null };
const rows = [
  row(),
  row({
    task: 'task-6',
    status: 'running',
    title: 'Fix the flaky login test that fails once in a hundred runs',
    reason: '',
    seconds: 125,
    progress: { done: 2, total: 5, current: 'tests' },
    cost: { usd: 0.5, source: 'estimated', tokens: null },
  }),
  row({
    task: 'task-12',
    title: 'ログインを直す',
    status: 'failed',
    reason: 'rate_limit: too many requests',
    model: null,
    cost: unknown,
  }),
  row({
    task: 'task-13',
    status: 'queued',
    reason: '',
    tool: null,
    model: null,
    category: null,
    tier: null,
    seconds: 0,
    cost: unknown,
  }),
];
const totals = { tasks: 24, shown: 4, byStatus: { review: 1, running: 1, failed: 1, queued: 1, done: 20 } };
const overlaps = [
  { tasks: ['task-5', 'task-6'], file: 'src/a/rather/long/path/of/auth.ts', lines: [4, 9] },
  { tasks: ['task-5', 'task-6'], file: 'src/b.ts', lines: null },
];
const list = { schema: 'orchestra.status/1', tasks: rows, halted: null, overlaps, totals };

const finding = (rule: string, fields: object) => ({
  rule,
  file: null,
  line: null,
  message: 'no',
  severity: 'block',
  overridable: false,
  ...fields,
});

test('80 columns hold what matters', () => {
  expect(render([list], screen(80))).toMatchInlineSnapshot(`
    "TASK     STATUS   TOOL              TITLE                         TIME      COST
    task-5   review   big-agent·opus-5  Add OAuth2 with Google         45s   $0.0123
    task-6   running  big-agent·opus-5  2/5 Fix the flaky login t…  2m 05s  ~$0.5000
    task-12  failed   big-agent         ログインを直す                 45s   unknown
    task-13  queued   –                 Add OAuth2 with Google           –         –

    24 tasks: 1 queued, 1 running, 1 review, 20 done, 1 failed; 20 older ones not
    shown (--all)
    task-5 and task-6 change the same lines of src/a/rather/long/path/of/auth.ts and
    of 1 more file"
  `);
});

test('120 columns hold kind and reason too', () => {
  expect(render([list], screen(120))).toMatchInlineSnapshot(`
    "TASK     STATUS   TOOL              TITLE                     TIME      COST  WHY                       KIND
    task-5   review   big-agent·opus-5  Add OAuth2 with Google     45s   $0.0123  2 files changed; 2 chec…  backend/standard
    task-6   running  big-agent·opus-5  2/5 Fix the flaky log…  2m 05s  ~$0.5000  –                         backend/standard
    task-12  failed   big-agent         ログインを直す             45s   unknown  rate_limit: too many re…  backend/standard
    task-13  queued   –                 Add OAuth2 with Google       –         –  –                         –

    24 tasks: 1 queued, 1 running, 1 review, 20 done, 1 failed; 20 older ones not shown (--all)
    task-5 and task-6 change the same lines of src/a/rather/long/path/of/auth.ts and of 1 more file"
  `);
});

test.each([40, 60, 80, 100, 120, 200])('no line is wider than a screen of %i columns', (width) => {
  const wide = /[\u3000-\u9fff]/gu;
  for (const line of render([list], screen(width)).split('\n')) {
    expect(line.length + (line.match(wide)?.length ?? 0)).toBeLessThanOrEqual(width);
  }
});

test('no tasks is one line on how to begin', () => {
  const empty = {
    schema: 'orchestra.status/1',
    tasks: [],
    halted: null,
    overlaps: [],
    totals: { tasks: 0, shown: 0, byStatus: {} },
  };
  expect(render([empty], screen())).toBe('no tasks yet: orchestra delegate --task "what to do"');
});

test('one task in depth says why it stands where it stands and how it came there', () => {
  const event = (second: number, type: string, run: number) => ({
    seq: second,
    at: new Date(Date.UTC(2026, 0, 2, 10, 0, second)).toISOString(),
    run,
    type,
  });
  const document = {
    schema: 'orchestra.task-status/1',
    ...row({ status: 'failed', reason: 'check_failed: 1 of 1 checks failed' }),
    createdAt: '2026-01-02T10:00:00.000Z',
    route,
    workplace: {
      dir: '/home/ada/.local/state/orchestra/worktrees/shop/task-5',
      notes: ['Submodules are not checked out in the worktree.'],
    },
    limits: { timeoutSeconds: 3600, budgetUsd: 2 },
    checks: [
      {
        command: 'npm test',
        passed: false,
        exit: 1,
        seconds: 3,
        commit: null,
        output: 'Expected 1\nGot 2\n',
        counts: { passed: 11, failed: 1, skipped: 0 },
        baseline: 'failed',
      },
    ],
    findings: [
      finding('secrets', { file: 'src/a.ts', line: 3, overridable: true }),
      finding('legal', { file: 'LICENSE' }),
      finding('size', { severity: 'warn' }),
    ],
    stale: 'stale: orchestra/task-5 is at bbbbbbbbbbbb now, and aaaaaaaaaaaa was checked',
    files: summary().files,
    claims: [{ claim: 'All tests pass.', fact: '1 of 1 checks failed: npm test (exit 1)', holds: false }],
    collisions: [{ task: 'task-6', file: 'src/auth.ts', lines: [4, 9] }],
    warnings: ['80 % of the budget is used'],
    pane: '%3',
    approved: null,
    summary: summary({ status: 'failed', reason: 'check_failed: 1 of 1 checks failed' }),
    events: [
      event(0, 'requested', 0),
      event(2, 'spawned', 1),
      event(4, 'progressed', 1),
      event(5, 'progressed', 1),
      event(59, 'settled', 1),
    ],
  };
  expect(render([document], screen())).toMatchInlineSnapshot(`
    "task-5  failed  Add OAuth2 with Google
    result    check_failed: 1 of 1 checks failed

                The callback is /auth/google. Set GOOGLE_CLIENT_ID before you start
                the server.

              cost $0.0123 (reported) · 12.3k in, 1.2k out, 20k cache · 45s · run 1
              branch orchestra/task-5-add-oauth2 (from main) · commit aaaaaaaaaaaa
              next: orchestra status task-5 · orchestra logs task-5
                    orchestra retry task-5
    changes   src/auth.ts    +12 -3
              src/google.ts  +40 -0 (added)
              2 files changed, +52 -3
    checks    stale: orchestra/task-5 is at bbbbbbbbbbbb now, and aaaaaaaaaaaa was
              checked
              ✗ npm test (exit 1, 1 failed, 11 passed, 3s; failed before too)
                Expected 1
                Got 2
    policy    needs you: secrets: src/a.ts:3: no
              forbidden: legal: LICENSE: no
              warning: size: no
    claims    it says: All tests pass.
              we saw:  1 of 1 checks failed: npm test (exit 1)
    overlaps  task-6 changes src/auth.ts too, lines 4 to 9
    warnings  80 % of the budget is used
    route     To big-agent with opus-5: "OAuth2" makes it backend work of standard
              size.
              backend, standard: rule oauth, confidence 80 %
              else: small-agent
              not other-agent: is not installed: npm install -g other-agent
              estimate: about $0.0200 and 45s (median of 12 runs)
    place     /home/ada/.local/state/orchestra/worktrees/shop/task-5
              note: Submodules are not checked out in the worktree.
              at most 1h 00m, budget $2.00
              pane %3: orchestra attach task-5
    events    2026-01-02 10:00:00  +0s       requested
              2026-01-02 10:00:02  +2s       spawned run 1
              2026-01-02 10:00:04  +4s       progressed run 1 (2 times)
              2026-01-02 10:00:59  +59s      settled run 1"
  `);
});
