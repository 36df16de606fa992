import { expect, test } from 'vitest';
import { aligned } from '../../../src/cli/render/aligned.ts';
import type { Column } from '../../../src/cli/render/columns.ts';
import { table } from '../../../src/cli/render/table.ts';

const words = [
  'a',
  'done',
  '',
  'ein längerer Titel mit Umlauten',
  '日本語の題',
  '👩‍💻 emoji',
  'é combining',
  'x'.repeat(90),
];
const columns: Column<number>[] = [
  { head: 'TASK', cell: (row) => `task-${row}` },
  { head: 'STATUS', cell: (row) => words[row % words.length] ?? null, style: () => 'good' },
  { head: 'TITLE', cell: (row) => words[(row * 3) % words.length] ?? null, flexible: true, least: 12 },
  { head: 'COST', cell: (row) => (row % 4 === 0 ? null : `$${row}.00`), align: 'right' },
  {
    head: 'WHY',
    cell: (row) => words[(row * 5) % words.length] ?? null,
    optional: true,
    style: () => 'faint',
  },
];

test('the overview stands as the table library would lay it out, with every width, colour and script', () => {
  for (const width of [40, 70, 100, 160]) {
    for (const color of [true, false]) {
      for (const unicode of [true, false]) {
        const screen = { width, color, unicode };
        for (let rows = 0; rows < 12; rows += 1) {
          const numbers = Array.from({ length: rows }, (_, index) => index + 8);
          expect(aligned(columns, numbers, screen)).toBe(table(columns, numbers, screen));
        }
      }
    }
  }
});
