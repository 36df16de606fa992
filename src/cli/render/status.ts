import { clockTime, formatSeconds } from '../../base/time.ts';
import type { Overlap, StatusDocument, StatusRow } from '../../model/status.ts';
import { taskStatuses } from '../../model/words.ts';
import { formatUsd } from '../../operations/money.ts';
import { aligned } from './aligned.ts';
import type { Column } from './columns.ts';
import { shortModel } from './figures.ts';
import { counted, wrap } from './lines.ts';
import { paint, type Screen, signs, statusStyle } from './screen.ts';

import { type TaskStatusDocument, taskText } from './task-status.ts';

/** The table of tasks, or one in depth. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly (StatusDocument | TaskStatusDocument)[])
    .map((document) =>
      document.schema === 'orchestra.status/1' ? listText(document, screen) : taskText(document, screen),
    )
    .join('\n\n');
}

function listText({ tasks, halted, overlaps, totals }: StatusDocument, screen: Screen): string {
  if (totals.tasks === 0) return 'no tasks yet: orchestra delegate --task "what to do"';
  const counts = taskStatuses.flatMap((status) => {
    const count = totals.byStatus[status] ?? 0;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const hidden = totals.tasks - totals.shown;
  const rest = hidden > 0 ? `; ${counted(hidden, 'older one')} not shown (--all)` : '';
  const line = `${counted(totals.tasks, 'task')}: ${counts.join(', ')}${rest}`;
  const stopped =
    halted === null ? [] : wrap('everything is stopped; orchestra resume lets tasks start', screen.width);
  return [
    aligned(columnsFor(tasks, screen), tasks, screen),
    '',
    ...wrap(line, screen.width),
    ...stopped.map((text) => paint(screen, 'waiting', text)),
    ...overlapLines(overlaps, screen).map((text) => paint(screen, 'waiting', text)),
  ].join('\n');
}

const mostOverlaps = 5;

/** A line for each two tasks. */
function overlapLines(overlaps: readonly Overlap[], screen: Screen): string[] {
  const files = new Map<string, Set<string>>();
  for (const { tasks, file } of overlaps) {
    const pair = tasks.join(' and ');
    files.set(pair, (files.get(pair) ?? new Set()).add(file));
  }
  const lines = [...files].map(([pair, [first = '', ...more]]) => {
    const rest = more.length === 0 ? '' : ` and of ${counted(more.length, 'more file')}`;
    return `${pair} change the same lines of ${first}${rest}`;
  });
  const hidden = lines.length - mostOverlaps;
  const rest = hidden > 0 ? [`and ${counted(hidden, 'more pair')} of tasks change the same lines`] : [];
  return [...lines.slice(0, mostOverlaps), ...rest].flatMap((text) => wrap(text, screen.width));
}

const explained = new Set(['queued', 'review', 'failed', 'blocked', 'parked']);

function columnsFor(rows: readonly StatusRow[], screen: Screen): Column<StatusRow>[] {
  const { dot } = signs(screen);
  const columns: Column<StatusRow>[] = [
    { head: 'TASK', cell: (row) => row.task },
    { head: 'STATUS', cell: (row) => row.status, style: (row) => statusStyle(row.status) },
    {
      head: 'TOOL',
      cell: (row) =>
        [row.tool, row.model && shortModel(row.model)].filter(Boolean).join(dot.trim() === '·' ? '·' : '/'),
    },
    { head: 'TITLE', cell: titleOf, flexible: true, least: 20 },
    { head: 'TIME', cell: (row) => (row.seconds === 0 ? null : formatSeconds(row.seconds)), align: 'right' },
    { head: 'COST', cell: costOf, align: 'right' },
  ];
  return rows.some((row) => whyOf(row) !== null) ? [...columns, why, kind] : [...columns, kind];
}

function whyOf(row: StatusRow): string | null {
  const until = row.until === null ? '' : `until ${clockTime(row.until)}: `;
  return explained.has(row.status) && row.reason !== '' ? `${until}${row.reason}` : null;
}

const why: Column<StatusRow> = {
  head: 'WHY',
  cell: whyOf,
  style: () => 'faint',
  flexible: true,
  optional: true,
  least: 24,
};

// Last, so that it is the first to give way on a narrow screen.
const kind: Column<StatusRow> = {
  head: 'KIND',
  cell: (row) => (row.category === null ? null : `${row.category}/${row.tier}`),
  style: () => 'faint',
  optional: true,
};

// What has not run yet has no price, neither known nor unknown.
function costOf(row: StatusRow): string | null {
  return row.seconds === 0 && row.cost.usd === null ? null : formatUsd(row.cost);
}

// A running task says how far it is, where its tool tells.
function titleOf(row: StatusRow): string {
  return row.progress === null ? row.title : `${row.progress.done}/${row.progress.total} ${row.title}`;
}
