import { unknownCost } from '../../src/model/cost-sums.ts';
import type { Ending } from '../../src/model/ending.ts';
import type { EventBody, OrchestraEvent, StoredRequest } from '../../src/model/event.ts';
import type { Launch, Plan } from '../../src/model/plan.ts';
import { emptyReport, type Report } from '../../src/model/report.ts';
import type { Route } from '../../src/model/route.ts';
import type { Settlement } from '../../src/model/summary.ts';
import type { Cost } from '../../src/model/usage.ts';
import type { Verdict } from '../../src/model/verdict.ts';

const at = '2026-01-02T03:04:05.678Z';
const commit = 'a'.repeat(40);

export const route: Route = {
  schema: 'orchestra.route/1',
  category: 'backend',
  tier: 'standard',
  tool: 'my-agent',
  model: 'big',
  rule: 'oauth',
  confidence: 0.8,
  fallbacks: ['other-agent'],
  estimate: { usd: null, seconds: null, basis: 'none' },
  why: 'To my-agent.',
  passed: [],
};

/** A plan in a worktree, changed by `fields`. */
export function aPlan(fields: Partial<Plan> = {}): Plan {
  return {
    task: 'task-1',
    run: 1,
    tool: 'my-agent',
    format: 'plain',
    model: null,
    access: 'edit',
    session: null,
    toolDir: '/tools/my-agent',
    argv: [],
    envNames: [],
    baseEnv: {},
    workplace: {
      repo: '/work/shop',
      dir: '/home/worktrees/shop/task-1',
      worktree: true,
      branch: 'orchestra/task-1',
      base: { branch: 'main', commit: 'b'.repeat(40) },
      subdir: '',
      notes: [],
    },
    limits: {
      timeoutSeconds: 60,
      budgetUsd: null,
      graceSeconds: 1,
      checkTimeoutSeconds: 60,
      toolParallel: null,
    },
    checks: [],
    autoApprove: false,
    notice: null,
    steps: [],
    ...fields,
  };
}

/** The same plan without a worktree. */
export function inPlace(fields: Partial<Plan> = {}): Plan {
  const { workplace } = aPlan();
  return aPlan({ workplace: { ...workplace, worktree: false, branch: null }, ...fields });
}

export const launch: Launch = {
  task: 'task-1',
  run: 1,
  runDir: '/home/runs/task-1/1',
  pane: '%1',
  window: '@1',
  server: { pid: 7, startTime: '99' },
  at,
};

/** An ending with exit 0, changed by `fields`. */
export function anEnding(fields: Partial<Ending> = {}): Ending {
  return {
    cause: 'exited',
    code: 0,
    signal: null,
    startedAt: '2026-01-02T03:04:06.000Z',
    endedAt: '2026-01-02T03:04:16.000Z',
    logIncomplete: false,
    ...fields,
  };
}

/** A report of a run that finished, changed by `fields`. */
export function aReport(fields: Partial<Report> = {}): Report {
  return { ...emptyReport(), outcome: 'completed', answer: 'Done.', ...fields };
}

/** A verdict with one file and one commit, changed by `fields`. */
export function aVerdict(fields: Partial<Verdict> = {}): Verdict {
  return {
    commit,
    files: [{ path: 'a.txt', change: 'added', additions: 1, deletions: 0 }],
    commits: [{ sha: commit, subject: 'Add a' }],
    checks: [],
    ...fields,
  };
}

/** A check that gave this exit status. */
export function aCheck(command: string, exit: number | null) {
  return { command, passed: exit === 0, exit, seconds: 1, commit, output: '' };
}

/** A settlement, changed by `fields`. */
export function aSettlement(fields: Partial<Settlement> = {}): Settlement {
  return {
    status: 'review',
    reason: '1 file changed',
    errors: [],
    headline: 'Done.',
    cost: unknownCost,
    seconds: 10,
    commit,
    ...fields,
  };
}

/** A known price. */
export function usd(amount: number, source: Cost['source'] = 'reported'): Cost {
  return { usd: amount, source, tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 } };
}

const request: StoredRequest = { repo: '/work/shop', parent: null };

/** The first event of a task. */
export function requested(fields: Partial<StoredRequest> = {}, task = 'task-1'): OrchestraEvent {
  return {
    type: 'requested',
    title: 'Add a',
    request: { ...request, ...fields },
    seq: 1,
    at,
    task,
    run: 0,
  };
}

/** Bodies as events of one task, in order after `requested`; each with its run. */
export function history(
  bodies: readonly { run: number; body: EventBody }[],
  first: OrchestraEvent = requested(),
): OrchestraEvent[] {
  const rest = bodies.map(({ run, body }, index) => ({
    ...body,
    run,
    task: first.task,
    seq: index + 2,
    at: new Date(Date.parse(at) + (index + 1) * 1000).toISOString(),
  }));
  return [first, ...rest];
}
