import type { Screen } from '../../../src/cli/render/screen.ts';
import type { Route } from '../../../src/model/route.ts';
import type { StatusRow } from '../../../src/model/status.ts';
import type { Summary } from '../../../src/model/summary.ts';

/** A screen without colour. */
export function screen(width = 80, unicode = true): Screen {
  return { width, color: false, unicode };
}

export const route: Route = {
  schema: 'orchestra.route/1',
  category: 'backend',
  tier: 'standard',
  tool: 'big-agent',
  model: 'maker/opus-5-20260101',
  rule: 'oauth',
  confidence: 0.8,
  fallbacks: ['small-agent'],
  estimate: { usd: 0.02, seconds: 45, basis: 'median of 12 runs' },
  why: 'To big-agent with opus-5: "OAuth2" makes it backend work of standard size.',
  passed: [{ tool: 'other-agent', why: 'is not installed: npm install -g other-agent' }],
};

/** A summary of a task in review, changed by `fields`. */
export function summary(fields: Partial<Summary> = {}): Summary {
  return {
    schema: 'orchestra.summary/1',
    task: 'task-5',
    status: 'review',
    reason: '2 files changed; 2 checks passed',
    tool: 'big-agent',
    model: 'maker/opus-5-20260101',
    route: { category: 'backend', tier: 'standard', rule: 'oauth', fallbacks: [] },
    headline: 'Added OAuth2 with Google.',
    answer:
      'Added OAuth2 with Google.\n\nThe callback is /auth/google. Set GOOGLE_CLIENT_ID before you start the server.',
    files: [
      { path: 'src/auth.ts', change: 'modified', additions: 12, deletions: 3 },
      { path: 'src/google.ts', change: 'added', additions: 40, deletions: 0 },
    ],
    commits: [{ sha: 'a'.repeat(40), subject: 'Add OAuth2 with Google' }],
    branch: 'orchestra/task-5-add-oauth2',
    base: 'main',
    commit: 'a'.repeat(40),
    checks: [
      { command: 'npm test', passed: true, exit: 0, seconds: 3.2, commit: 'a'.repeat(40) },
      { command: 'npm run lint', passed: true, exit: 0, seconds: 1, commit: 'a'.repeat(40) },
    ],
    questions: [],
    errors: [],
    cost: {
      usd: 0.0123,
      source: 'reported',
      tokens: { input: 12_300, output: 1200, cacheRead: 15_000, cacheWrite: 5000 },
    },
    seconds: 45,
    runs: 1,
    logs: '/home/ada/.local/state/orchestra/runs/task-5/1',
    truncated: false,
    ...fields,
  };
}

/** A row of `status`, changed by `fields`. */
export function row(fields: Partial<StatusRow> = {}): StatusRow {
  return {
    task: 'task-5',
    title: 'Add OAuth2 with Google',
    status: 'review',
    reason: '2 files changed; 2 checks passed',
    tool: 'big-agent',
    model: 'maker/opus-5-20260101',
    category: 'backend',
    tier: 'standard',
    repo: '/work/shop',
    seconds: 45,
    progress: null,
    until: null,
    cost: { usd: 0.0123, source: 'reported', tokens: null },
    ...fields,
  };
}
