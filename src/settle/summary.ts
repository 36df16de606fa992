import { redactDeep, redactor } from '../base/redact.ts';
import { clipBytes, oneLine, plainText } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { Summary } from '../model/summary.ts';
import { lastRun, type TaskView, taskCost, taskSeconds } from '../model/task-view.ts';

/** Bytes of JSON that a summary may have. */
export const summaryLimit = 4096;

// As many are over the limit however short they are.
const mostEntries = 100;

/**
 * The summary of a task as it stands. `report` is the last run's, `logs` the folder of its files.
 */
export function summarize(view: TaskView, report: Report | undefined, logs: string): Summary {
  const run = lastRun(view);
  const verdict = run?.verdict;
  const workplace = run?.plan?.workplace;
  const errors = run?.settlement?.errors ?? [];
  const summary: Summary = {
    schema: 'orchestra.summary/1',
    task: view.id,
    status: view.status,
    reason: view.reason,
    tool: run?.plan?.tool ?? view.route?.tool ?? null,
    model: run?.report?.model ?? run?.plan?.model ?? null,
    route: {
      category: view.route?.category ?? 'chore',
      tier: view.route?.tier ?? 'standard',
      rule: view.route?.rule ?? 'none',
      fallbacks: view.route?.fallbacks ?? [],
    },
    headline: headlineOf(view, report),
    // More is cut off below; it need not be looked through.
    answer: clipBytes(plainText(report?.answer ?? ''), 4 * summaryLimit),
    files: (verdict?.files ?? []).slice(0, mostEntries),
    commits: (verdict?.commits ?? []).slice(0, mostEntries),
    branch: workplace?.branch ?? null,
    base: workplace?.base?.branch ?? workplace?.base?.commit ?? null,
    commit: verdict?.commit ?? null,
    checks: (verdict?.checks ?? []).slice(0, mostEntries).map(({ output: _, ...check }) => check),
    questions: view.questions,
    errors,
    cost: taskCost(view),
    seconds: Math.round(taskSeconds(view, Date.parse(view.at)) * 10) / 10,
    runs: view.runs.length,
    logs,
    truncated: false,
  };
  // The title and the commits are not the report's, so they have not been looked at yet.
  return fitted(redactDeep(summary, redactor()));
}

function headlineOf(view: TaskView, report: Report | undefined): string {
  const run = lastRun(view);
  return run?.settlement?.headline ?? makeHeadline(view.title, report, run?.plan?.notice ?? null);
}

/** One line on what came of a task: the profile's notice, then the first line of the answer, else the title. */
export function makeHeadline(title: string, report: Report | undefined, notice: string | null): string {
  const first = plainText(report?.answer ?? '')
    .split('\n')
    .find((line) => line.trim() !== '');
  const line = oneLine(first ?? title, 160);
  return notice === null ? line : `${notice} ${line}`;
}

/** Cuts the longest parts, the answer first, until the JSON fits. */
function fitted(summary: Summary): Summary {
  const result = structuredClone(summary);
  const steps: (() => void)[] = [
    () => shortenAnswer(result, 200),
    () => clipEach(result, 200),
    () => cutLists(result, 10),
    () => cutLists(result, 3),
    () => clipEach(result, 60),
    () => shortenAnswer(result, 0),
    () => cutLists(result, 1),
    () => cutLists(result, 0),
  ];
  for (const step of steps) {
    if (sizeOf(result) <= summaryLimit) break;
    result.truncated = true;
    step();
  }
  return result;
}

function sizeOf(summary: Summary): number {
  return Buffer.byteLength(JSON.stringify(summary));
}

function shortenAnswer(summary: Summary, least: number): void {
  while (sizeOf(summary) > summaryLimit && Buffer.byteLength(summary.answer) > least) {
    const over = sizeOf(summary) - summaryLimit;
    // Escapes make JSON longer than the text, never shorter, so this ends.
    const bytes = Buffer.byteLength(summary.answer);
    summary.answer = clipBytes(
      summary.answer,
      Math.max(least, Math.min(bytes - 1, bytes - Math.ceil(over / 6) - 3)),
    );
    if (Buffer.byteLength(summary.answer) >= bytes) break;
  }
}

function clipEach(summary: Summary, limit: number): void {
  summary.reason = clipBytes(summary.reason, limit);
  summary.headline = clipBytes(summary.headline, limit);
  summary.route.rule = clipBytes(summary.route.rule, limit);
  if (summary.model !== null) summary.model = clipBytes(summary.model, limit);
  for (const commit of summary.commits) commit.subject = clipBytes(commit.subject, limit);
  for (const check of summary.checks) check.command = clipBytes(check.command, limit);
  for (const error of summary.errors) error.message = clipBytes(error.message, limit);
  summary.questions = summary.questions.map((question) => clipBytes(question, limit));
}

function cutLists(summary: Summary, length: number): void {
  summary.files = summary.files.slice(0, length);
  summary.commits = summary.commits.slice(0, length);
  summary.checks = summary.checks.slice(0, length);
  summary.questions = summary.questions.slice(0, length);
  summary.errors = summary.errors.slice(0, length);
  summary.route.fallbacks = summary.route.fallbacks.slice(0, length);
}
