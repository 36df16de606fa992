import { formatSeconds } from '../../base/time.ts';
import { formatUsd } from '../../operations/money.ts';
import type { Calibration, Spread, StatsDocument, StatsGroup } from '../../operations/stats.ts';
import type { Column } from './columns.ts';
import { hanging } from './lines.ts';
import type { Screen } from './screen.ts';
import { table } from './table.ts';

/** Columns of the longest bar of a chart. */
const barWidth = 40;

/** What became of tasks, as a table or as bars. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly StatsDocument[]).map((document) => statsText(document, screen)).join('\n\n');
}

function statsText(document: StatsDocument, screen: Screen): string {
  const { groups, total, chart, calibration } = document;
  if (total.tasks === 0) return 'no task yet';
  const rows = groups.length > 1 ? [...groups, total] : groups;
  return [
    ...(chart
      ? [bars(groups, screen)]
      : [
          table(columnsFor(document.by), rows, screen),
          '',
          table(timesFor(document.by), rows, screen),
          'Times are the median / the 95th percentile.',
        ]),
    ...hanging('estimates: ', calibrationText('cost', calibration.usd), screen),
    ...hanging('           ', calibrationText('time', calibration.seconds), screen),
  ].join('\n');
}

function columnsFor(by: string): Column<StatsGroup>[] {
  return [
    keyColumn(by),
    { head: 'TASKS', cell: ({ tasks }) => String(tasks), align: 'right' },
    { head: 'WENT WELL', cell: successText, align: 'right' },
    { head: 'COST', cell: ({ usd }) => usdText(usd), align: 'right' },
    { head: 'SAVED', cell: ({ savedUsd }) => usdText(savedUsd), align: 'right' },
    { head: 'OVERRIDES', cell: ({ overrides }) => String(overrides), align: 'right' },
    { head: 'RETRIES', cell: ({ retries }) => String(retries), align: 'right' },
  ];
}

/** The stages in their order. */
function timesFor(by: string): Column<StatsGroup>[] {
  const time = (head: string, of: (group: StatsGroup) => Spread): Column<StatsGroup> => ({
    head,
    cell: (group) => spreadText(of(group)),
    align: 'right',
  });
  return [
    keyColumn(by),
    time('WAIT', ({ seconds }) => seconds.wait),
    time('WORK', ({ seconds }) => seconds.work),
    time('CHECK', ({ seconds }) => seconds.check),
    time('REVIEW', ({ seconds }) => seconds.review),
  ];
}

function keyColumn(by: string): Column<StatsGroup> {
  return { head: by.toUpperCase(), cell: ({ key }) => key, flexible: true, least: 10 };
}

function successText({ decided, succeeded }: StatsGroup): string | null {
  return decided === 0 ? null : `${succeeded} of ${decided}`;
}

function usdText(usd: number | null): string | null {
  return usd === null
    ? null
    : `${usd < 0 ? '-' : ''}${formatUsd({ usd: Math.abs(usd), source: 'computed' })}`;
}

/** Median and, behind a slash, the 95th percentile. */
function spreadText({ median, p95 }: Spread): string | null {
  return median === null || p95 === null ? null : `${formatSeconds(median)} / ${formatSeconds(p95)}`;
}

function bars(groups: readonly StatsGroup[], screen: Screen): string {
  const most = Math.max(1, ...groups.map(({ tasks }) => tasks));
  const name = Math.max(...groups.map(({ key }) => key.length));
  const room = Math.max(10, Math.min(barWidth, screen.width - name - 24));
  const length = (count: number) => Math.round((count / most) * room);
  return groups
    .map((group) => {
      const good = length(group.succeeded);
      const bar = '#'.repeat(good) + '.'.repeat(Math.max(0, length(group.tasks) - good));
      const text = `${group.tasks} (${successText(group) ?? 'none decided'})`;
      return `${group.key.padEnd(name)}  ${bar.padEnd(room)}  ${text}`;
    })
    .concat(`${' '.repeat(name)}  # went well, . the others`)
    .join('\n');
}

function calibrationText(what: string, { estimates, belowP50, belowP90 }: Calibration): string {
  if (estimates === 0) return `of ${what} none has been put to the test yet`;
  const share = (part: number | null) => (part === null ? 'unknown' : `${Math.round(part * 100)} %`);
  return `the ${what} lay below P50 in ${share(belowP50)} and below P90 in ${share(belowP90)} of ${estimates} cases`;
}
