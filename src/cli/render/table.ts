import Table from 'cli-table3';
import { type Column, gap, layOut } from './columns.ts';
import type { Screen } from './screen.ts';

const sides = ['top', 'bottom'].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`]);
const rules = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const borders = {
  ...Object.fromEntries([...sides, ...rules].map((name) => [name, ''])),
  middle: ' '.repeat(gap),
};

/** The rows under their heads, without borders, each line within the screen. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen): string {
  const { lines, widths, aligns } = layOut(columns, rows, screen);
  const options = {
    chars: borders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: aligns,
    colWidths: widths,
  };
  return lines.map((line) => lineOf(line, options)).join('\n');
}

// A table for each line: the library's layout takes longer with the square of the lines.
function lineOf(cells: string[], options: Table.TableConstructorOptions): string {
  const built = new Table(options);
  built.push(cells);
  return built.toString().trimEnd();
}
