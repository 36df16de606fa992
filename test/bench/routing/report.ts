import type { Confusion, Quality, RoutingReport } from './measure.ts';

/** The report as a page of text. */
export function reportText(report: RoutingReport): string {
  const { confident, precisionAt, byRepo } = report;
  const repos = Object.entries(byRepo);
  return [
    `${report.tasks} tasks of ${repos.length} repositories, ${basisOf(report)}`,
    '',
    line('category, of 11', report.categories),
    line('category, coarse five', report.coarse),
    line('tier', report.tiers),
    '',
    `confident      ${percent(confident.coverage)} of the decisions, of which right: ${percent(confident.precision)} (coarse ${percent(confident.precisionCoarse)})`,
    `most confident ${Object.entries(precisionAt)
      .map(([share, right]) => `${share}: ${percent(right)}`)
      .join('   ')}`,
    '',
    ...repos.map(
      ([repo, { tasks, accuracy, coarse }]) =>
        `${repo.padEnd(28)}${String(tasks).padStart(5)} tasks  ${percent(accuracy)}  coarse ${percent(coarse)}`,
    ),
    '',
    'truth (rows) and answer (columns)',
    matrix(report.categories.confusion),
    '',
    matrix(report.coarse.confusion),
    '',
    matrix(report.tiers.confusion),
  ].join('\n');
}

function basisOf({ crossValidated }: RoutingReport): string {
  return crossValidated
    ? 'each answered by a scorer trained on the other repositories'
    : 'answered by the router as it is shipped';
}

function line(what: string, { accuracy, macroF1 }: Quality): string {
  return `${what.padEnd(24)}accuracy ${percent(accuracy)}   macro-F1 ${macroF1.toFixed(3)}`;
}

/** A share as `53.4 %`. */
export function percent(share: number | null): string {
  return share === null ? 'none' : `${(share * 100).toFixed(1)} %`;
}

/** A confusion matrix in columns. */
export function matrix(confusion: Confusion): string {
  const classes = Object.keys(confusion);
  const head = `${' '.repeat(13)}${classes.map((name) => name.slice(0, 7).padStart(8)).join('')}`;
  const rows = classes.map((truth) => {
    const cells = classes.map((answer) => String(confusion[truth]?.[answer] ?? 0).padStart(8));
    return `${truth.padEnd(13)}${cells.join('')}`;
  });
  return [head, ...rows].join('\n');
}
