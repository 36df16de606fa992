import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBody } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import { Summary } from '../../src/model/summary.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { makeHeadline, summarize, summaryLimit } from '../../src/settle/summary.ts';
import {
  aCheck,
  anEnding,
  aPlan,
  aReport,
  aSettlement,
  aVerdict,
  history,
  launch,
  requested,
  route,
  usd,
} from '../model/samples.ts';

const logs = '/home/ada/.local/state/orchestra/runs/task-1/1';

function viewOf(
  verdict: Verdict,
  report: Report,
  fields: Parameters<typeof aSettlement>[0] = {},
  more: Partial<typeof route> = {},
): TaskView {
  const bodies: EventBody[] = [
    { type: 'routed', route: { ...route, ...more } },
    { type: 'planned', plan: aPlan() },
    { type: 'spawned', launch },
    { type: 'ended', ending: anEnding() },
    { type: 'parsed', report },
    { type: 'verified', verdict },
    { type: 'settled', settlement: aSettlement(fields) },
  ];
  return viewTask(history(bodies.map((body) => ({ run: 1, body })))) as TaskView;
}

test('a summary says what git and the checks say, and what the agent said is its answer', () => {
  const report = aReport({
    answer: 'Added \u001b[1ma\u001b[0m.\n\nMore.',
    model: 'big-2',
    questions: ['Land it?'],
  });
  const verdict = aVerdict({ checks: [aCheck('npm test', 0)] });
  const summary = summarize(viewOf(verdict, report, { cost: usd(0.5), seconds: 10.04 }), report, logs);
  expect(Summary.parse(summary)).toEqual(summary);
  expect(summary).toEqual({
    schema: 'orchestra.summary/1',
    task: 'task-1',
    status: 'review',
    reason: '1 file changed',
    tool: 'my-agent',
    model: 'big-2',
    route: { category: 'backend', tier: 'standard', rule: 'oauth', fallbacks: ['other-agent'] },
    headline: 'Done.',
    answer: 'Added a.\n\nMore.',
    files: verdict.files,
    commits: verdict.commits,
    branch: 'orchestra/task-1',
    base: 'main',
    commit: verdict.commit,
    checks: [{ command: 'npm test', passed: true, exit: 0, seconds: 1, commit: verdict.commit }],
    questions: ['Land it?'],
    errors: [],
    cost: usd(0.5),
    seconds: 10,
    runs: 1,
    logs,
    truncated: false,
  });
});

test('a task that has not begun has a summary too', () => {
  const view = viewTask([requested()]) as TaskView;
  const summary = summarize(view, undefined, logs);
  expect(Summary.parse(summary)).toEqual(summary);
  expect(summary).toMatchObject({
    status: 'queued',
    tool: null,
    headline: 'Add a',
    answer: '',
    cost: { usd: null, source: 'unknown', tokens: null },
    runs: 0,
    truncated: false,
  });
});

test('the headline is the first line of the answer behind the notice, else the title', () => {
  expect(
    makeHeadline('Title', aReport({ answer: '\n  \n\u001b[1mFirst\u001b[0m  line\nsecond' }), null),
  ).toBe('First line');
  expect(makeHeadline('Title', aReport({ answer: ' \n' }), 'A rehearsal.')).toBe('A rehearsal. Title');
  expect(makeHeadline('Title', undefined, null)).toBe('Title');
  expect([...makeHeadline('Title', aReport({ answer: '😀'.repeat(500) }), null)]).toHaveLength(160);
});

const piece = fc.constantFrom(
  'a',
  'word ',
  '\n',
  '"',
  '\\',
  '\u0001',
  '\u007f',
  '\u2028',
  'é',
  '日本',
  '👩‍👩‍👧',
  '\ud83d',
  '<',
  '\u001b[31m',
);
const words = (max: number) =>
  fc
    .tuple(fc.array(piece, { maxLength: 12 }), fc.nat(max))
    .map(([parts, times]) => parts.join('').repeat(times));
const list = <T>(item: fc.Arbitrary<T>) =>
  fc
    .tuple(fc.array(item, { maxLength: 4 }), fc.nat(60))
    .map(([items, times]) => Array.from({ length: times }, () => items).flat());

const input = fc.record({
  answer: words(3000),
  model: fc.option(words(100)),
  questions: list(words(50)),
  reason: words(100),
  headline: words(100),
  rule: words(60),
  fallbacks: list(words(20)),
  files: list(words(90).map((path) => ({ path, change: 'added' as const, additions: 1, deletions: 0 }))),
  commits: list(words(40).map((subject) => ({ sha: 'a'.repeat(40), subject }))),
  checks: list(words(40).map((command) => aCheck(command, 1))),
  errors: list(words(40).map((message) => ({ class: 'internal' as const, message }))),
});

test('whatever the agent printed, the summary is at most 4096 bytes, valid, and says when something is missing', () => {
  fc.assert(
    fc.property(input, (given) => {
      const report = aReport({ answer: given.answer, model: given.model, questions: given.questions });
      const verdict = aVerdict({ files: given.files, commits: given.commits, checks: given.checks });
      const settlement = { reason: given.reason, headline: given.headline, errors: given.errors };
      const view = viewOf(verdict, report, settlement, { rule: given.rule, fallbacks: given.fallbacks });
      const before = structuredClone(view);
      const summary = summarize(view, report, logs);
      const text = JSON.stringify(summary);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryLimit);
      expect(Summary.parse(JSON.parse(text))).toEqual(JSON.parse(text));
      expect(view).toEqual(before);
      const whole =
        summary.files.length === given.files.length &&
        summary.commits.length === given.commits.length &&
        summary.checks.length === given.checks.length &&
        summary.errors.length === given.errors.length &&
        summary.questions.join() === given.questions.join() &&
        summary.reason === given.reason &&
        summary.model === given.model &&
        summary.files.every((file, index) => file.path === given.files[index]?.path);
      if (!summary.truncated && given.model !== null) expect(whole).toBe(true);
      for (const file of summary.files) expect(given.files.map((one) => one.path)).toContain(file.path);
    }),
    { numRuns: 150 },
  );
});

test('a long answer is cut before anything else is', () => {
  const report = aReport({ answer: 'x'.repeat(100_000) });
  const summary = summarize(viewOf(aVerdict(), report), report, logs);
  expect(summary).toMatchObject({ truncated: true, files: aVerdict().files, reason: '1 file changed' });
  expect(summary.answer).toMatch(/^x{2000,}…$/);
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeGreaterThan(summaryLimit - 20);
});
