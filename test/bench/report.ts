import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import Table from 'cli-table3';
import { isMet, type Row, type Spread } from './measure.ts';

const heads = ['what', 'ours', 'floor', 'ratio (middle half)', 'aim', ''];

/** The rows for a terminal. */
export function asTable(rows: readonly Row[]): string {
  const table = new Table({ head: heads, style: { head: [], border: [] } });
  for (const [group, members] of byGroup(rows)) {
    table.push([{ content: group.toUpperCase(), colSpan: heads.length }]);
    for (const row of members) table.push(cells(row).map((cell) => cell.replaceAll('`', '')));
  }
  return table.toString();
}

/** The page `docs/performance.md`. */
export function asPage(rows: readonly Row[]): string {
  const tables = [...byGroup(rows)].map(([group, members]) =>
    [
      `## ${group}`,
      '',
      `| ${heads.slice(0, -1).join(' | ')} | against | pairs |`,
      '|---|---|---|---|---|---|---|',
      ...members.map(
        (row) =>
          `| ${cells(row).slice(0, -1).join(' | ')} | ${row.floorName || 'nothing'} | ${row.repeats} |`,
      ),
    ].join('\n'),
  );
  return `${[intro(), ...tables, reading].join('\n\n')}\n`;
}

/** How many rows have an aim, and how many of them keep to it. */
export function tally(rows: readonly Row[]): string {
  const verdicts = rows.map(isMet).filter((met) => met !== null);
  return `${verdicts.filter(Boolean).length} of ${verdicts.length} aims met`;
}

/** What the figures hang on, without the machine's name. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const model = cpus()[0]?.model.trim() || arch();
  return `${availableParallelism()} cores (${model}), ${memory}, ${platform()} ${numbersOf(release())}, Node ${process.versions.node}, ${version('tmux', '-V')}, ${version('git', '--version')}`;
}

const reading = `## How to read this

* Each figure is the median of its pairs; the range after a ratio is the middle half of the ratios of the pairs.
* The two sides of a pair take turns, so that a slow moment of the machine hits both. Only ratios travel from one machine to another.
* Ours is the program as it is published, started through \`bin/orchestra\`; the floor does the least that could be called the same with nothing of ours.
* A file system may be slow to make files for minutes after many were deleted (ext4 without a journal is): \`npm run bench\` wants a machine that has been left alone.
* Random kills are not timed: \`npm run test:chaos\` runs them by seed and checks what must hold after each.
* Every run has a home, a tmux server and a repository of its own, which are removed at the end. Nothing goes over the network.`;

function intro(): string {
  return [
    '# Performance',
    'Made by `npm run bench -- --write`. Change `test/bench`, not this page.',
    `Measured on ${machine()}.`,
  ].join('\n\n');
}

function byGroup(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => row.group);
}

function cells(row: Row): string[] {
  const met = isMet(row);
  return [
    row.what,
    `${amount(row.ours.median, row.unit)} ${middle(row.ours, (value) => amount(value, row.unit))}`,
    row.floor === null
      ? ''
      : `${amount(row.floor.median, row.unit)} ${middle(row.floor, (value) => amount(value, row.unit))}`,
    row.ratio === null ? '' : `${figure(row.ratio.median)} ${middle(row.ratio, figure)}`,
    row.aim === null ? '' : row.aimIs === 'figure' ? `${row.aim} ${row.unit}` : figure(row.aim),
    met === null ? '' : met ? 'met' : 'missed',
  ];
}

function middle({ low, high }: Spread, format: (value: number) => string): string {
  return low === high ? '' : `(${format(low).replace(/ \D+$/, '')}–${format(high).replace(/ \D+$/, '')})`;
}

function amount(value: number, unit: Row['unit']): string {
  const digits = value >= 100 || value === 0 ? 0 : value >= 1 ? 1 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}

function figure(value: number): string {
  return value.toFixed(value >= 10 ? 1 : 2);
}

function numbersOf(text: string): string {
  return /^\d+(\.\d+)*/.exec(text)?.[0] ?? text;
}

function version(program: string, flag: string): string {
  return execFileSync(program, [flag], { encoding: 'utf8' }).trim().replace(' version', '');
}
