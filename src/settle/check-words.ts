import type { CheckResult, TestCounts } from '../model/verdict.ts';

/** What is to be said of checks that have not passed: `1 of 2 checks failed: npm test (exit 1; it passed before this task)`. */
export function redChecksText(checks: readonly CheckResult[]): string {
  const red = checks.filter((check) => !check.passed);
  // What the task has broken comes first.
  const first = red.find(({ baseline }) => baseline === 'passed') ?? red[0];
  if (first === undefined) return '';
  const how = [
    first.exit === null ? 'was stopped' : `exit ${first.exit}`,
    ...countsText(first.counts),
    ...beforeText(first),
  ];
  const all = red.length > 1 && red.every(({ baseline }) => baseline === 'failed');
  const also = all ? '; all of them failed before this task too' : '';
  return `${red.length} of ${checks.length} checks failed: ${first.command} (${how.join('; ')})${also}`;
}

function countsText(counts: TestCounts | undefined): string[] {
  if (counts === undefined || !counts.failed) return [];
  const total = counts.passed === null ? '' : ` of ${counts.passed + counts.failed}`;
  return [`${counts.failed}${total} tests failed`];
}

function beforeText({ baseline, countsBefore }: CheckResult): string[] {
  if (baseline === 'passed') return ['broken by this task: it passed before'];
  if (baseline !== 'failed') return [];
  const [counts] = countsText(countsBefore);
  return [`it failed before this task too${counts === undefined ? '' : `, when ${counts}`}`];
}
