import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../src/parse');
/** A switch over the same events takes eight. */
const MOST_SHARED = 12;

interface Source {
  name: string;
  lines: string[];
}

const sources: Source[] = readdirSync(folder).map((name) => ({
  name,
  lines: readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
}));

/** The pairs of places that share more lines in a row than they may, imports and blank lines left aside. */
function shared(all: readonly Source[]): string[] {
  const seen = new Map<string, string>();
  const pairs = new Set<string>();
  for (const { name, lines } of all) {
    const told = lines
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('import '));
    for (let at = 0; at + MOST_SHARED < told.length; at += 1) {
      const run = told.slice(at, at + MOST_SHARED + 1).join('\n');
      const other = seen.get(run);
      if (other === undefined) seen.set(run, name);
      else pairs.add(`${other} ~ ${name}`);
    }
  }
  return [...pairs];
}

test('no parser is longer than 200 lines', () => {
  expect(sources.filter(({ lines }) => lines.length > 200).map(({ name }) => name)).toEqual([]);
});

test('no two parsers say the same: what they share stands once', () => {
  const copy = { name: 'copy.ts', lines: (sources.at(-1) as Source).lines.map((line) => `  ${line}`) };
  expect(shared([...sources, copy])).toEqual([`${sources.at(-1)?.name} ~ copy.ts`]);
  expect(shared(sources)).toEqual([]);
});
