import { stripVTControlCharacters } from 'node:util';
import { type Column, gap, layOut } from './columns.ts';
import { widthOf } from './lines.ts';
import type { Screen } from './screen.ts';

/**
 * What `table` gives, to the byte, without its library: for the overview, where loading and running that takes half as
 * long as Node needs to start.
 */
export function aligned<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen): string {
  const { lines, widths, aligns } = layOut(columns, rows, screen);
  return lines
    .map((cells) => cells.map((cell, index) => padded(cell, widths[index] ?? 0, aligns[index])))
    .map((cells) => cells.join(' '.repeat(gap)).trimEnd())
    .join('\n');
}

function padded(cell: string, width: number, align: 'left' | 'right' | undefined): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(stripVTControlCharacters(cell))));
  return align === 'right' ? spaces + cell : cell + spaces;
}
