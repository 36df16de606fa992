import { type Redact, redactDeep } from '../base/redact.ts';
import type { Report } from '../model/report.ts';

/** A report without secrets. What other programs go by, such as the session, stays as it is. */
export function redactReport(report: Report, redact: Redact): Report {
  const { answer, questions, error, denied, progress, warnings } = report;
  return { ...report, ...redactDeep({ answer, questions, error, denied, progress, warnings }, redact) };
}
