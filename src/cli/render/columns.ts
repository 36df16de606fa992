import { cut, widthOf } from './lines.ts';
import { paint, type Screen, type Style, signs } from './screen.ts';

/** A column of a table. Widths in terminal columns. */
export interface Column<Row> {
  head: string;
  /** The cell's text; null or '' is shown as a dash. */
  cell(row: Row): string | null;
  style?(row: Row): Style | undefined;
  align?: 'left' | 'right';
  /** Takes what the others leave; cut down to `least` before anything else gives way. */
  flexible?: boolean;
  /** Left out when there is no room, the last one first. */
  optional?: boolean;
  /** Default 8. Only what is flexible, or too long for the screen, gets that narrow. */
  least?: number;
}

/** Cells ready to be put side by side: the heads first, then a list for each row. */
export interface Layout {
  lines: string[][];
  widths: number[];
  aligns: ('left' | 'right')[];
}

/** Spaces between two columns. */
export const gap = 2;

/** The columns that the screen has room for, with their cells cut to their widths. */
export function layOut<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen): Layout {
  const { none } = signs(screen);
  const texts = new Map(
    columns.map((column) => [column, rows.map((row) => cut(column.cell(row) ?? '', 1000, screen) || none)]),
  );
  const natural = (column: Column<Row>) =>
    Math.max(widthOf(column.head), ...(texts.get(column) ?? []).map(widthOf));
  const shown = columnsThatFit(columns, natural, screen.width);
  const widths = widthsFor(shown, natural, screen.width);
  const heads = shown.map((column, index) =>
    paint(screen, 'faint', cut(column.head, widths[index] ?? 0, screen)),
  );
  const cells = rows.map((row, at) =>
    shown.map((column, index) => {
      const text = texts.get(column)?.[at] ?? none;
      const style = text === none ? 'faint' : column.style?.(row);
      return paint(screen, style, cut(text, widths[index] ?? 0, screen));
    }),
  );
  return { lines: [heads, ...cells], widths, aligns: shown.map((column) => column.align ?? 'left') };
}

function columnsThatFit<Row>(
  columns: readonly Column<Row>[],
  natural: (column: Column<Row>) => number,
  width: number,
): Column<Row>[] {
  const shown = [...columns];
  const needed = () =>
    shown.reduce((sum, column) => sum + (column.flexible ? leastOf(column, natural) : natural(column)), 0) +
    gap * (shown.length - 1);
  while (needed() > width) {
    const last = shown.findLastIndex((column) => column.optional);
    if (last < 0) break;
    shown.splice(last, 1);
  }
  return shown;
}

function leastOf<Row>(column: Column<Row>, natural: (column: Column<Row>) => number): number {
  return Math.min(column.least ?? 8, natural(column));
}

/** Takes from the widest flexible column as long as there is one above its least, then from the widest of all. */
function widthsFor<Row>(
  columns: readonly Column<Row>[],
  natural: (column: Column<Row>) => number,
  width: number,
): number[] {
  const widths = columns.map(natural);
  const least = columns.map((column) =>
    column.flexible ? leastOf(column, natural) : Number.POSITIVE_INFINITY,
  );
  let over = widths.reduce((sum, one) => sum + one, gap * (columns.length - 1)) - width;
  for (; over > 0; over -= 1) {
    const index = widest(widths, (at) => (widths[at] ?? 0) > (least[at] ?? 0)) ?? widest(widths, () => true);
    if (index === undefined || (widths[index] ?? 0) <= 1) break;
    widths[index] = (widths[index] ?? 0) - 1;
  }
  return widths;
}

function widest(widths: readonly number[], allowed: (index: number) => boolean): number | undefined {
  const indexes = [...widths.keys()].filter(allowed);
  return indexes.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
}
