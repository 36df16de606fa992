import { expect, test } from 'vitest';
import { sharedLines, touchedBetween, touchedLines, translated } from '../../src/git/touched-lines.ts';
import { commitFiles, repository, sh, write } from './repository.ts';

const numbered = (count: number, changes: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, index) => `${changes[index + 1] ?? `line ${index + 1}`}\n`).join('');

test('lines that are changed, removed and inserted, new files and binary ones are told, whatever they hold', async () => {
  const { root } = repository();
  const base = commitFiles(root, {
    'a.sql': `-- a/b.txt\n${numbered(9)}`,
    'b.bin': 'a\0b',
    'gone.txt': 'x\ny\n',
    'a "b\n.txt': 'q\n',
  });
  write(root, {
    // The removed line looks like the head of a file.
    'a.sql': `${numbered(4)}new\n${numbered(9).split('\n').slice(4).join('\n')}`,
    'b.bin': 'a\0c',
    'new/n.txt': 'n\n',
    'a "b\n.txt': 'other\n',
  });
  sh(root, 'rm', '-q', 'gone.txt');
  const touched = await touchedLines(root, base);
  expect(Object.fromEntries(touched)).toEqual({
    'a.sql': {
      whole: false,
      lines: [
        [1, 1],
        [5, 5],
      ],
    },
    'b.bin': { whole: true, lines: [] },
    'gone.txt': { whole: false, lines: [[1, 2]] },
    'a "b\n.txt': { whole: false, lines: [[1, 1]] },
    'new/n.txt': { whole: true, lines: [] },
  });
});

test('lines of another base are put as this one has them, and a new file of both is shared as a whole', async () => {
  const { root } = repository();
  const first = commitFiles(root, { 'a.txt': numbered(20), 'c.txt': 'c\n' });
  const grown = numbered(20, { 3: 'line 3\nmore\nand more', 10: 'changed', 15: '' }).replace('\n\n', '\n');
  const second = commitFiles(root, { 'a.txt': grown });
  // In the grown file everything after line 3 stands two lines lower, and one less after line 15.
  const change = async (from: string, files: Record<string, string>) => {
    sh(root, 'checkout', '-q', '--detach', from);
    return await touchedBetween(root, from, commitFiles(root, files));
  };
  const later = await change(second, {
    'a.txt': grown.replace('line 2\n', 'two\n').replace('line 7\n', 'seven\n').replace('line 18\n', 'x\n'),
    'new.txt': 'n\n',
  });
  expect(later.get('a.txt')?.lines).toEqual([
    [2, 2],
    [9, 9],
    [19, 19],
  ]);
  const asFirst = await translated(root, later, second, first);
  expect(asFirst.get('a.txt')?.lines).toEqual([
    [2, 2],
    [7, 7],
    [18, 18],
  ]);
  const early = await change(first, {
    'a.txt': numbered(20, { 7: 'sieben', 9: 'neun', 18: 'achtzehn' }),
    'new.txt': 'other\n',
  });
  expect(sharedLines(early, asFirst)).toEqual([
    { file: 'a.txt', lines: [7, 7] },
    { file: 'a.txt', lines: [18, 18] },
    { file: 'new.txt', lines: null },
  ]);
  const middle = await change(second, { 'a.txt': grown.replace('changed\n', 'again\n') });
  expect((await translated(root, middle, second, first)).get('a.txt')?.lines).toEqual([[10, 10]]);
});
