import type { Usage } from '../../model/usage.ts';
import type { CostDocument, CostGroup } from '../../operations/cost.ts';
import { formatUsd } from '../../operations/money.ts';
import type { Column } from './columns.ts';
import { shortCount } from './figures.ts';
import { counted, hanging } from './lines.ts';
import type { Screen } from './screen.ts';
import { table } from './table.ts';

/** The totals from the ledger, each with where its prices come from. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly CostDocument[]).map((document) => costText(document, screen)).join('\n\n');
}

function costText({ by, since, groups, total, badLines }: CostDocument, screen: Screen): string {
  const notes = [
    ...(total.unknown > 0 && total.usd !== null
      ? [`The price of ${counted(total.unknown, 'run')} is unknown, so the true total is higher.`]
      : []),
    ...(badLines > 0
      ? [`Left out: ${counted(badLines, 'line')} of the ledger that cannot be read (orchestra doctor).`]
      : []),
  ];
  const period = since === null ? '' : ` since ${since.slice(0, 16).replace('T', ' ')} UTC`;
  if (total.runs === 0) return [`nothing was spent yet${period}`, ...notes].join('\n');
  const rows = groups.length > 1 ? [...groups, total] : groups;
  return [
    ...(since === null ? [] : [`since ${since.slice(0, 16).replace('T', ' ')} UTC`]),
    table(columnsFor(by), rows, screen),
    ...notes.flatMap((note) => hanging('', note, screen)),
  ].join('\n');
}

function columnsFor(by: string): Column<CostGroup>[] {
  const tokens = (count: (usage: Usage) => number) => (group: CostGroup) =>
    group.tokens && shortCount(count(group.tokens));
  return [
    { head: by.toUpperCase(), cell: (group) => group.key, flexible: true, least: 12, style: boldTotal },
    { head: 'RUNS', cell: (group) => String(group.runs), align: 'right' },
    { head: 'COST', cell: priceOf, align: 'right', style: boldTotal },
    { head: 'IN', cell: tokens((usage) => usage.input), align: 'right' },
    { head: 'OUT', cell: tokens((usage) => usage.output), align: 'right' },
    { head: 'CACHE', cell: tokens((usage) => usage.cacheRead + usage.cacheWrite), align: 'right' },
    { head: 'PRICES', cell: provenance, style: () => 'faint', flexible: true, least: 12 },
  ];
}

function boldTotal(group: CostGroup): 'strong' | undefined {
  return group.key === 'total' ? 'strong' : undefined;
}

function priceOf(group: CostGroup): string {
  const source =
    group.unknown > 0 ? 'unknown' : (group.sources.estimated ?? 0) > 0 ? 'estimated' : 'reported';
  return formatUsd({ usd: group.usd, source });
}

function provenance({ sources }: CostGroup): string {
  return (['reported', 'computed', 'estimated', 'unknown'] as const)
    .flatMap((source) => ((sources[source] ?? 0) > 0 ? [`${sources[source]} ${source}`] : []))
    .join(', ');
}
