import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ending } from '../../src/model/ending.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Report } from '../../src/model/report.ts';
import type { RunView } from '../../src/model/task-view.ts';
import type { Finding, Verdict } from '../../src/model/verdict.ts';
import { decideOutcome, type Outcome } from '../../src/settle/outcome.ts';
import { aCheck, anEnding, aPlan, aReport, aVerdict, inPlace } from '../model/samples.ts';

interface Facts {
  plan?: Plan;
  ending?: Partial<Ending>;
  stopped?: RunView['stopped'];
  report?: Partial<Report>;
  verdict?: Partial<Verdict>;
}

function decide({ plan = aPlan(), ending, stopped, report, verdict }: Facts): Outcome {
  return decideOutcome(plan, anEnding(ending), stopped, aReport(report), aVerdict(verdict));
}

const unchanged: Partial<Verdict> = { files: [], commits: [], commit: 'b'.repeat(40) };
const readOnly = aPlan({ access: 'read-only' });
const lost: Partial<Ending> = { cause: 'lost', code: null };
const failedReport: Partial<Report> = {
  outcome: 'failed',
  error: { class: 'rate_limit', message: 'slow down' },
};

const killedReport: Partial<Report> = {
  outcome: 'failed',
  error: { class: 'killed', message: 'killed by SIGKILL' },
};

const soft: Finding = {
  rule: 'secrets',
  file: 'a.txt',
  line: 3,
  message: 'a token',
  severity: 'block',
  overridable: true,
};

const cases: [string, Facts, Outcome['status'], string, string[]][] = [
  ['finished with changes', {}, 'review', '1 file changed; no checks were run', []],
  [
    'finished with checks',
    { verdict: { checks: [aCheck('a', 0)] } },
    'review',
    '1 file changed; 1 check passed',
    [],
  ],
  [
    'commits that undo each other',
    { verdict: { files: [], checks: [aCheck('a', 0), aCheck('b', 0)] } },
    'review',
    '0 files changed; 2 checks passed',
    [],
  ],
  ['finished in place', { plan: inPlace() }, 'done', 'worked in place; no checks were run', []],
  [
    'in place outside git',
    { plan: inPlace(), verdict: { files: null, commits: [], commit: null } },
    'done',
    'worked in place; no checks were run',
    [],
  ],
  [
    'only read',
    { plan: readOnly, verdict: unchanged },
    'done',
    'read-only, nothing to land; no checks were run',
    [],
  ],
  [
    'wrote though read-only',
    { plan: readOnly },
    'failed',
    'policy: a read-only task changed 1 file(s)',
    ['policy'],
  ],
  [
    'no change',
    { verdict: unchanged },
    'review',
    'no_change: it says it is finished and changed no file',
    ['no_change'],
  ],
  [
    'no change because it was not allowed',
    { verdict: unchanged, report: { denied: ['Bash', 'Write'] } },
    'blocked',
    'permission: it was not allowed: Bash; Write',
    ['permission'],
  ],
  [
    'not allowed something and changed all the same',
    { report: { denied: ['Bash'] } },
    'review',
    '1 file changed; no checks were run',
    [],
  ],
  ['a question', { report: { questions: ['Which?', 'Why?'] } }, 'blocked', 'it asks: Which?', []],
  [
    'a question and a red check',
    { report: { questions: ['Which?'] }, verdict: { checks: [aCheck('x', 1)] } },
    'failed',
    'check_failed: 1 of 1 checks failed: x (exit 1)',
    ['check_failed'],
  ],
  [
    'red checks, the first named',
    { verdict: { checks: [aCheck('a', 0), aCheck('npm test', 2), aCheck('c', 1)] } },
    'failed',
    'check_failed: 2 of 3 checks failed: npm test (exit 2)',
    ['check_failed'],
  ],
  [
    'red checks of which the task has broken one',
    {
      verdict: {
        checks: [
          { ...aCheck('old', 1), baseline: 'failed' },
          { ...aCheck('npm test', 1), baseline: 'passed', counts: { passed: 3, failed: 1, skipped: 0 } },
        ],
      },
    },
    'failed',
    'check_failed: 2 of 2 checks failed: npm test (exit 1; 1 of 4 tests failed; broken by this task: it passed before)',
    ['check_failed'],
  ],
  [
    'a check that was red before the task',
    {
      verdict: {
        checks: [
          {
            ...aCheck('npm test', 1),
            baseline: 'failed',
            counts: { passed: 3, failed: 1, skipped: 0 },
            countsBefore: { passed: 2, failed: 2, skipped: 0 },
          },
        ],
      },
    },
    'failed',
    'check_failed: 1 of 1 checks failed: npm test (exit 1; 1 of 4 tests failed; it failed before this task too, when 2 of 4 tests failed)',
    ['check_failed'],
  ],
  [
    'a finding that a person may let through',
    { verdict: { findings: [soft, { ...soft, line: 9 }] } },
    'review',
    'policy: secrets: a.txt:3: a token and 1 more',
    ['policy'],
  ],
  [
    'a finding that nobody may let through',
    { verdict: { findings: [soft, { ...soft, rule: 'legal', overridable: false }] } },
    'failed',
    'policy: legal: a.txt:3: a token and 1 more',
    ['policy'],
  ],
  [
    'a finding in place, where nothing waits for approval',
    { plan: inPlace(), verdict: { findings: [soft] } },
    'failed',
    'policy: secrets: a.txt:3: a token',
    ['policy'],
  ],
  [
    'a warning',
    { verdict: { findings: [{ ...soft, severity: 'warn' }] } },
    'review',
    '1 file changed; no checks were run; the policy warns of secrets',
    [],
  ],
  [
    'a check that was stopped',
    { verdict: { checks: [aCheck('npm test', null)] } },
    'failed',
    'check_failed: 1 of 1 checks failed: npm test (was stopped)',
    ['check_failed'],
  ],
  [
    'a worktree that is gone',
    { verdict: { files: null, commits: [], commit: null } },
    'failed',
    'lost: its worktree is gone; what was committed is on orchestra/task-1',
    ['lost'],
  ],
  [
    'a lost wrapper, whatever it had claimed',
    { ending: lost },
    'failed',
    'lost: its process went away without leaving an exit status',
    ['lost'],
  ],
  [
    'a machine that was restarted',
    { ending: { ...lost, because: 'restarted' } },
    'failed',
    'lost: the machine was restarted while it ran',
    ['lost'],
  ],
  [
    'a kill while memory ran out',
    { ending: { code: null, signal: 'SIGKILL', because: 'memory' }, report: killedReport },
    'failed',
    'killed: killed by SIGKILL (the machine ran out of memory meanwhile, and the kernel ended processes)',
    ['killed'],
  ],
  [
    'a kill from outside',
    { ending: { code: null, signal: 'SIGKILL', because: 'signal' }, report: killedReport },
    'failed',
    'killed: killed by SIGKILL (not sent by Orchestra)',
    ['killed'],
  ],
  [
    'a signal after the tool had told its error',
    { ending: { code: null, signal: 'SIGKILL', because: 'signal' }, report: failedReport },
    'failed',
    'rate_limit: slow down',
    ['rate_limit'],
  ],
  [
    'a closed pane, though the tool then exits with status 0',
    {
      ending: { code: 0, asked: 'SIGHUP', because: 'pane' },
      report: { outcome: 'failed', error: { class: 'bad_output', message: 'no final event' } },
    },
    'failed',
    'killed: its pane was closed or its tmux server ended: no final event',
    ['killed'],
  ],
  [
    'a wrapper that was asked to end after the tool was finished',
    { ending: { code: 0, asked: 'SIGTERM', because: 'asked' } },
    'review',
    '1 file changed; no checks were run',
    [],
  ],
  ['the error of the tool', { report: failedReport }, 'failed', 'rate_limit: slow down', ['rate_limit']],
  [
    'no final event',
    { report: { outcome: 'incomplete' } },
    'failed',
    'bad_output: the output ends without a final event',
    ['bad_output'],
  ],
  [
    'a log that is not whole',
    { ending: { logIncomplete: true } },
    'failed',
    'bad_output: the output could not be written whole (is the disk full?)',
    ['bad_output'],
  ],
  ['cancelled', { stopped: { why: 'cancelled', by: 'by you' } }, 'cancelled', 'cancelled by you', []],
  [
    'cancelled, and lost with it',
    { stopped: { why: 'cancelled', by: 'by you' }, ending: lost },
    'cancelled',
    'cancelled by you',
    [],
  ],
  [
    'over its time',
    { stopped: { why: 'timeout', by: 'over its time limit of 60 s' }, report: failedReport },
    'failed',
    'timeout: stopped: it was over its time limit of 60 s',
    ['timeout'],
  ],
  [
    'finished as its time ran out',
    { stopped: { why: 'timeout', by: 'over its time limit of 60 s' } },
    'review',
    '1 file changed; no checks were run',
    [],
  ],
  [
    'over its budget, also when it finished',
    { stopped: { why: 'over_budget', by: 'over its budget' } },
    'failed',
    'over_budget: stopped: it was over its budget',
    ['over_budget'],
  ],
  [
    'stalled',
    { stopped: { why: 'stalled', by: 'silent for long' }, report: failedReport },
    'failed',
    'stalled: stopped: it was silent for long',
    ['stalled'],
  ],
  [
    'stopped with everything else',
    { stopped: { why: 'halted', by: 'by you' }, report: failedReport },
    'failed',
    'killed: stopped by orchestra stop',
    ['killed'],
  ],
  [
    'finished as everything was stopped',
    { stopped: { why: 'halted', by: 'by you' } },
    'review',
    '1 file changed; no checks were run',
    [],
  ],
];

test.each(cases)('%s', (_, facts, status, reason, classes) => {
  const outcome = decide(facts);
  expect({ ...outcome, errors: outcome.errors.map((error) => error.class) }).toEqual({
    status,
    reason,
    errors: classes,
  });
});

const facts = fc.record({
  plan: fc.constantFrom(aPlan(), inPlace(), readOnly, inPlace({ access: 'read-only' })),
  ending: fc.constantFrom<Partial<Ending>>(
    {},
    lost,
    { code: 1 },
    { code: null, signal: 'SIGKILL' },
    { logIncomplete: true },
  ),
  stopped: fc.constantFrom<RunView['stopped'][]>(
    undefined,
    { why: 'cancelled', by: 'x' },
    { why: 'timeout', by: 'x' },
    { why: 'over_budget', by: 'x' },
    { why: 'stalled', by: 'x' },
    { why: 'halted', by: 'x' },
  ),
  report: fc.constantFrom<Partial<Report>>(
    {},
    failedReport,
    { outcome: 'incomplete' },
    { outcome: 'failed' },
    { questions: ['Why?'] },
    { denied: ['Bash'] },
  ),
  verdict: fc.constantFrom<Partial<Verdict>>(
    {},
    unchanged,
    { files: null, commits: [], commit: null },
    { checks: [aCheck('a', 1)] },
    { checks: [aCheck('a', null)] },
    { checks: [aCheck('a', 0)] },
  ),
});

test('a run that did not finish, was refuted or was stopped is never done and never for review', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { status, errors } = decide(given);
      const finished = (given.report.outcome ?? 'completed') === 'completed';
      const proven =
        finished &&
        given.ending.cause !== 'lost' &&
        given.ending.logIncomplete !== true &&
        !['cancelled', 'over_budget'].includes(given.stopped?.why ?? '') &&
        (given.verdict.checks ?? []).every((check) => check.passed);
      if (!proven) expect(['failed', 'cancelled']).toContain(status);
      if (status === 'failed') expect(errors).toHaveLength(1);
      if (status === 'done') expect(errors).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
