import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { EventBody } from '../../src/model/event.ts';
import type { Home } from '../../src/model/home.ts';
import type { LedgerLine } from '../../src/model/ledger.ts';
import type { Plan } from '../../src/model/plan.ts';
import { emptyReport } from '../../src/model/report.ts';
import type { Route } from '../../src/model/route.ts';
import type { Cost } from '../../src/model/usage.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import { formatLedgerLine } from '../../src/store/ledger-line.ts';
import { openStore } from '../../src/store/store.ts';

const titles = ['Add OAuth2 with Google', 'Fix the flaky login test', 'Split the billing module in two'];
const repo = '/home/someone/projects/shop';
const cost: Cost = {
  usd: 0.1834,
  source: 'reported',
  tokens: { input: 1204, output: 5310, cacheRead: 401_233, cacheWrite: 30_121 },
};

/** Fills a home with tasks of eight events each: the last three run, ten wait for review, the others have ended. */
export function fillHome(home: Home, tasks: number): void {
  const store = openStore(home, { write: true });
  store.exclusively(() => {
    for (let number = 1; number <= tasks; number += 1) {
      const title = `${titles[number % titles.length]} (${number})`;
      const request = { repo, parent: null, checks: ['npm test'], priority: 0 };
      store.createTask({ title, repo, text: `${title}\n`.repeat(10), request }, (task) => {
        const left = tasks - number;
        const bodies = eventsOf(task, left < 3, left < 13 ? 'review' : number % 9 === 0 ? 'failed' : 'done');
        return bodies.map((body, index) => ({ run: index === 0 ? 0 : 1, body }));
      });
    }
  });
  store.close();
}

function eventsOf(task: string, running: boolean, status: TaskStatus): EventBody[] {
  const at = '2026-01-01T10:00:00.000Z';
  const { answer: _, ...report } = { ...emptyReport(), outcome: 'completed' as const, usage: cost.tokens };
  const server = { pid: 4711, startTime: '815' };
  const launch = { task, run: 1, runDir: `/state/runs/${task}/1`, pane: '%1', window: '@1', server, at };
  const ended = { cause: 'exited' as const, code: 0, signal: null, startedAt: at, endedAt: at };
  const begun: EventBody[] = [
    { type: 'routed', route },
    { type: 'planned', plan: planOf(task) },
    { type: 'spawned', launch },
  ];
  if (running) return [...begun, { type: 'progressed', progress: null, cost }];
  const commit = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00';
  const file = { change: 'modified' as const, additions: 31, deletions: 4 };
  const files = ['src/auth/login.ts', 'src/auth/oauth.ts', 'test/auth/oauth.test.ts'];
  return [
    ...begun,
    { type: 'ended', ending: { ...ended, logIncomplete: false } },
    { type: 'parsed', report },
    {
      type: 'verified',
      verdict: {
        commit,
        files: files.map((path) => ({ path, ...file })),
        commits: [{ sha: commit, subject: 'Add the login' }],
        checks: [
          { command: 'npm test', passed: true, exit: 0, seconds: 12.5, commit, output: 'ok\n'.repeat(50) },
        ],
      },
    },
    {
      type: 'settled',
      settlement: {
        status,
        reason: 'checks passed',
        errors: [],
        headline: 'The login works',
        cost,
        seconds: 312,
        commit,
      },
    },
  ];
}

const route: Route = {
  schema: 'orchestra.route/1',
  category: 'backend',
  tier: 'standard',
  tool: 'stamp',
  model: null,
  rule: 'backend words',
  confidence: 0.8,
  fallbacks: ['work', 'trivial'],
  estimate: { usd: 0.2, seconds: 300, basis: 'median of 12 runs' },
  why: 'backend, standard: the rule "backend words" matched "OAuth2"',
  passed: [{ tool: 'quiet', why: 'not installed' }],
};

function planOf(task: string): Plan {
  return {
    task,
    run: 1,
    tool: 'stamp',
    format: 'plain',
    model: null,
    access: 'edit',
    session: null,
    toolDir: '/opt/orchestra/tools/stamp',
    argv: ['bash', '/opt/orchestra/tools/stamp/run.sh'],
    envNames: ['HOME', 'LANG', 'PATH', 'TERM'],
    baseEnv: {
      HOME: '/home/someone',
      LANG: 'C.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TERM: 'tmux-256color',
    },
    workplace: {
      repo,
      dir: `/state/worktrees/shop/${task}`,
      worktree: true,
      branch: `orchestra/${task}-add-oauth2-with-google`,
      base: { branch: 'main', commit: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00' },
      subdir: '',
      notes: [],
    },
    limits: {
      timeoutSeconds: 3600,
      budgetUsd: null,
      graceSeconds: 10,
      checkTimeoutSeconds: 600,
      toolParallel: null,
    },
    checks: ['npm test'],
    autoApprove: false,
    notice: null,
    steps: ['make the worktree', 'run stamp, access edit', 'check: npm test', 'wait for approve'],
  };
}

/** A ledger line as a settled run leaves it. */
export function ledgerLine(number: number): LedgerLine {
  return {
    schema: 'orchestra.ledger/1',
    at: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    task: `task-${number}`,
    run: 1,
    tool: `tool-${number % 6}`,
    model: `model-${number % 4}`,
    tokens: { ...(cost.tokens as NonNullable<Cost['tokens']>), output: number },
    usd: 0.01 + (number % 100) / 1000,
    source: 'reported',
    prices: null,
    category: 'backend',
    tier: 'standard',
    repo,
    seconds: 312.4,
    status: 'done',
  };
}

/** Writes a ledger of so many lines. */
export function fillLedger(path: string, lines: number): void {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const texts = Array.from({ length: lines }, (_, index) => formatLedgerLine(ledgerLine(index + 1)));
  fs.writeFileSync(path, texts.join(''), { mode: 0o600 });
}
