import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedPages, reference } from '../../docs/generate.ts';
import { matched, tableOf } from '../../docs/generator/markdown.ts';
import { Profile } from '../../src/model/profile.ts';
import { errorClasses, taskStatuses } from '../../src/model/words.ts';
import { table } from '../../src/operations/table.ts';

const tools = join(import.meta.dirname, '../../tools');

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

test('every shipped tool stands in the matrix, with what it enforces and what was recorded of it', async () => {
  const text = (await generatedPages())['tools.md'] ?? '';
  const names = readdirSync(tools).filter((name) => !/^[_.]/.test(name));
  for (const name of names) {
    const row = text.split('\n').find((line) => line.includes(`](../tools/${name}/README.md)`)) ?? '';
    const profile = Profile.parse(parse(readFileSync(join(tools, name, 'profile.yaml'), 'utf8')));
    const cells = row.split(' | ');
    expect(cells[4]).toBe(profile.access['read-only']?.enforced ? '**holds**' : '*asked*');
    expect(cells.at(-2)).toMatch(/^(reported|computed|unknown)$/);
    expect(cells.at(-1)).toMatch(/^\d+\.\d/);
  }
});
