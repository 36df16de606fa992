import { expect, test } from 'vitest';
import { reference } from '../../docs/generate.ts';
import { matched, tableOf } from '../../docs/generator/markdown.ts';
import { errorClasses, taskStatuses } from '../../src/model/words.ts';
import { table } from '../../src/operations/table.ts';

test('every command, status and error class stands in the reference', async () => {
  const text = await reference();
  for (const name of Object.keys(table)) expect(text).toContain(`### orchestra ${name}\n`);
  for (const word of [...taskStatuses, ...errorClasses]) expect(text).toContain(`| \`${word}\` |`);
});

test('a name without a text, and a text without its name, stop the generator with a sentence', () => {
  expect(() => matched('file', ['a', 'b'], { a: 'x' })).toThrow('docs/generator has no text for the file b.');
  expect(() => matched('file', ['a'], { a: 'x', b: 'y' })).toThrow(
    'docs/generator describes the file b, gone from src.',
  );
});

test('a table leaves out columns that are empty and keeps bars inside cells', () => {
  expect(tableOf(['a', 'b', 'c'], [['x | y', '', 'z']])).toBe('| a | c |\n| --- | --- |\n| x \\| y | z |');
});
