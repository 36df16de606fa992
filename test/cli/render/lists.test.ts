import { expect, test } from 'vitest';
import { render as renderClean } from '../../../src/cli/render/clean.ts';
import { render as renderConductor } from '../../../src/cli/render/conductor.ts';
import { render as renderConfig } from '../../../src/cli/render/config.ts';
import { render as renderCost } from '../../../src/cli/render/cost.ts';
import { render as renderDoctor } from '../../../src/cli/render/doctor.ts';
import { render as renderInit } from '../../../src/cli/render/init.ts';
import { render as renderPeek } from '../../../src/cli/render/peek.ts';
import { render as renderRoute } from '../../../src/cli/render/route.ts';
import { render as renderTools } from '../../../src/cli/render/tools.ts';
import { render as renderTrust } from '../../../src/cli/render/trust.ts';
import { route, screen } from './documents.ts';

const tokens = { input: 1_234_567, output: 999, cacheRead: 12_000, cacheWrite: 345 };
const group = (key: string, usd: number | null, sources: object, unknown = 0) => ({
  key,
  runs: 4,
  usd,
  tokens: usd === null ? null : tokens,
  sources,
  unknown,
});

test('costs say where their prices come from, and unknown in words', () => {
  const total = group('total', 1.5, { reported: 3, unknown: 5 }, 5);
  const groups = [
    group('big-agent', 1.5, { reported: 3, unknown: 1 }, 1),
    group('small-agent', null, { unknown: 4 }, 4),
  ];
  const document = {
    schema: 'orchestra.cost/1',
    by: 'tool',
    since: '2026-01-02T10:00:00.000Z',
    groups,
    total,
    badLines: 2,
  };
  expect(renderCost([document], screen())).toMatchInlineSnapshot(`
    "since 2026-01-02 10:00 UTC
    TOOL         RUNS     COST    IN  OUT  CACHE  PRICES
    big-agent       4   $1.50+  1.2M  999  12.3k  3 reported, 1 unknown
    small-agent     4  unknown     –    –      –  4 unknown
    total           4   $1.50+  1.2M  999  12.3k  3 reported, 5 unknown
    The price of 5 runs is unknown, so the true total is higher.
    Left out: 2 lines of the ledger that cannot be read (orchestra doctor)."
  `);
});

test('an empty ledger is said in a line', () => {
  const total = { ...group('total', null, {}), runs: 0 };
  expect(renderCost([{ by: 'tool', since: null, groups: [], total, badLines: 0 }], screen())).toBe(
    'nothing was spent yet',
  );
});

test('a route says which rule decided and why the others were passed over', () => {
  expect(renderRoute([route], screen())).toMatchInlineSnapshot(`
    "To big-agent with opus-5: "OAuth2" makes it backend work of standard size.
      backend, standard: rule oauth, confidence 80 %
      else: small-agent
      not other-agent: is not installed: npm install -g other-agent
      estimate: about $0.0200 and 45s (median of 12 runs)"
  `);
});

test('tools say what is installed, supported, and how to get the others', () => {
  const signedIn = { state: 'unknown', by: null };
  const rest = { automatic: true, problem: null, install: null };
  const tool = { title: '', format: 'plain', signedIn, lacks: [] as string[], ...rest };
  const tools = [
    {
      ...tool,
      name: 'big-agent',
      installed: true,
      version: '2.1.3',
      supported: true,
      range: '>=2 <3',
      signedIn: { state: 'yes', by: 'BIG_KEY' },
      lacks: ['edit is not enforced: a shell', 'no session can be resumed'],
    },
    {
      ...tool,
      name: 'old-agent',
      installed: true,
      version: '0.1',
      supported: false,
      range: '^1',
      automatic: false,
    },
    {
      ...tool,
      name: 'other-agent',
      signedIn: { state: 'no', by: null },
      lacks: ['not shown while it is not here'],
      installed: false,
      version: null,
      supported: null,
      range: null,
      install: 'npm install -g other-agent',
    },
  ];
  const problems = [
    { tool: 'mine', message: 'mine/profile.yaml:1:2: unknown key "x".', hint: 'The keys there are a, b.' },
  ];
  expect(renderTools([{ tools, problems }], screen())).toMatchInlineSnapshot(`
    "TOOL         STATE                  VERSION  SUPPORTED  SIGNED IN      FORMAT
    big-agent    installed              2.1.3    >=2 <3     by BIG_KEY     plain
    old-agent    version not supported  0.1      ^1         –              plain
    other-agent  not installed          –        –          no sign of it  plain

    big-agent: edit is not enforced: a shell
    big-agent: no session can be resumed
    install other-agent: npm install -g other-agent
    cannot use mine: mine/profile.yaml:1:2: unknown key "x".
    hint: The keys there are a, b."
  `);
});

test('doctor puts each remedy under its finding', () => {
  const checks = [
    { name: 'git', state: 'ok', detail: '2.39.5', remedy: null },
    { name: 'tool big-agent', state: 'ok', detail: 'not installed', remedy: 'npm install -g big-agent' },
    { name: 'tmux', state: 'problem', detail: 'is not installed', remedy: 'sudo apt-get install tmux' },
    {
      name: 'home',
      state: 'ok',
      detail: '/home/ada/.local/state/orchestra was open to others (mode 0755)',
      remedy: null,
      fixed: true,
    },
    {
      name: 'git identity',
      state: 'warning',
      detail: 'git does not know your name',
      remedy: 'git config --global user.name "Your Name" && git config --global user.email you@example.org',
    },
  ];
  expect(renderDoctor([{ checks }], screen())).toMatchInlineSnapshot(`
    "✓ git             2.39.5
    – tool big-agent  not installed
                      hint: npm install -g big-agent
    ✗ tmux            is not installed
                      hint: sudo apt-get install tmux
    ✓ home            /home/ada/.local/state/orchestra was open to others (mode
                      0755) (fixed)
    ! git identity    git does not know your name
                      hint: git config --global user.name "Your Name" && git config --global user.email you@example.org

    1 problem, 1 warning"
  `);
  expect(renderDoctor([{ checks: checks.slice(0, 1) }], screen(80, false))).toBe(
    'ok     git  2.39.5\n\nAll is well.',
  );
});

test('settings show value and origin', () => {
  const settings = [
    { key: 'parallel', value: 4, origin: 'config/config.yaml:4' },
    { key: 'checks', value: ['npm test', 'npm run lint'], origin: '.orchestra/config.yaml:3' },
    { key: 'env', value: [], origin: 'config/config.yaml:24' },
    { key: 'timeout', value: 3600, origin: 'config/config.yaml:7' },
  ];
  const document = {
    home: '/home/ada/.local/state/orchestra',
    settings,
    untrusted: ['env (.orchestra/config.yaml:4)'],
    hint: 'Read what they would do, then run `orchestra trust` in the repository.',
  };
  expect(renderConfig([document], screen())).toMatchInlineSnapshot(`
    "KEY       VALUE                   FROM
    parallel  4                       config/config.yaml:4
    checks    npm test, npm run lint  .orchestra/config.yaml:3
    env       []                      config/config.yaml:24
    timeout   1h 00m                  config/config.yaml:7

    home: /home/ada/.local/state/orchestra
    not trusted, so left out: env (.orchestra/config.yaml:4)
    hint: Read what they would do, then run \`orchestra trust\` in the repository."
  `);
});

test('clean names what went and why the rest was kept', () => {
  const removed = [{ task: 'task-1', what: 'worktree, branch orchestra/task-1-x, window @1' }];
  const kept = [{ task: 'task-2', why: 'orchestra/task-2-y has 1 commit not landed on main' }];
  expect(renderClean([{ removed, kept, dryRun: false }], screen())).toMatchInlineSnapshot(`
    "removed task-1: worktree, branch orchestra/task-1-x, window @1
    kept task-2: orchestra/task-2-y has 1 commit not landed on main"
  `);
  expect(renderClean([{ removed, kept: [], dryRun: true }], screen())).toBe(
    'would remove task-1: worktree, branch orchestra/task-1-x, window @1\nNothing was changed.',
  );
  expect(renderClean([{ removed: [], kept: [], dryRun: true }], screen())).toBe('nothing to clean');
});

test('init says what it made, what it left and what comes next', () => {
  const created = ['.orchestra/config.yaml', '.orchestra/example-task.yaml'];
  expect(
    renderInit([{ repo: '/work/shop', created, kept: [], checks: ['npm test'] }], screen()),
  ).toMatchInlineSnapshot(`
    "in /work/shop:
      made .orchestra/config.yaml
      made .orchestra/example-task.yaml
    Each task is to be checked with: npm test
    Allow that: orchestra trust
    Try it: orchestra delegate --dry-run --file .orchestra/example-task.yaml"
  `);
  expect(
    renderInit([{ repo: '/work/shop', created: [], kept: created, checks: [] }], screen()),
  ).toMatchInlineSnapshot(`
    "in /work/shop:
      kept .orchestra/config.yaml, which was there already
      kept .orchestra/example-task.yaml, which was there already"
  `);
});

test('trust lists what may run now', () => {
  const items = ['checks: ["npm test"] (.orchestra/config.yaml:5)', '.orchestra/hooks/start'];
  expect(renderTrust([{ repo: '/work/shop', state: 'trusted', items }], screen())).toMatchInlineSnapshot(`
    "Trusted in /work/shop:
      checks: ["npm test"] (.orchestra/config.yaml:5)
      .orchestra/hooks/start
    A change of these asks again."
  `);
  expect(renderTrust([{ repo: '/work/shop', state: 'none', items: [] }], screen())).toMatch(
    /nothing to trust/,
  );
});

test('the conductor is one line, and a screen is shown as it is', () => {
  expect(renderConductor([{ running: true, pid: 42, since: '2026-01-02T10:00:00.000Z' }])).toBe(
    'conductor: running, pid 42, since 2026-01-02T10:00:00.000Z',
  );
  expect(renderConductor([{ running: false, pid: null, since: null }])).toBe(
    'conductor: not running; it starts by itself when there is work',
  );
  expect(renderPeek([{ text: '  $ npm test\n\nok\n\n' }])).toBe('  $ npm test\n\nok');
});
