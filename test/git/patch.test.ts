import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patchBetween } from '../../src/git/patch.ts';
import { commitFiles, repository, sh } from './repository.ts';

test('a change is told path by path with the lines it adds', async () => {
  const { root } = repository();
  const base = commitFiles(root, {
    'edit.txt': 'one\ntwo\nthree\nfour\n',
    'gone.txt': '-- a/x\nlast\n',
    'kind.txt': 'x\n',
    'moved.txt': 'm\n',
    'odd "na\nme".txt': 'a\n',
  });
  for (const name of ['gone.txt', 'kind.txt', 'moved.txt']) fs.rmSync(join(root, name));
  fs.symlinkSync('edit.txt', join(root, 'kind.txt'));
  const tip = commitFiles(root, {
    'edit.txt': '++ new/first\none\nthree\nfour\nfive\r\n',
    'new name.txt': 'm\n',
    'odd "na\nme".txt': 'diff --git a b\n',
    'bytes.bin': 'a\0b',
    'empty.txt': '',
  });
  expect(await patchBetween(root, base, tip)).toEqual([
    { path: 'bytes.bin', change: 'added', opaque: true, added: [], removed: 0 },
    {
      path: 'edit.txt',
      change: 'modified',
      opaque: false,
      added: [
        { line: 1, text: '++ new/first' },
        { line: 5, text: 'five\r' },
      ],
      removed: 1,
      first: 1,
    },
    { path: 'empty.txt', change: 'added', opaque: false, added: [], removed: 0 },
    { path: 'gone.txt', change: 'deleted', opaque: false, added: [], removed: 2 },
    {
      path: 'kind.txt',
      change: 'type-changed',
      opaque: false,
      added: [{ line: 1, text: 'edit.txt' }],
      removed: 1,
    },
    { path: 'moved.txt', change: 'deleted', opaque: false, added: [], removed: 1 },
    {
      path: 'new name.txt',
      change: 'added',
      opaque: false,
      added: [{ line: 1, text: 'm' }],
      removed: 0,
    },
    {
      path: 'odd "na\nme".txt',
      change: 'modified',
      opaque: false,
      added: [{ line: 1, text: 'diff --git a b' }],
      removed: 1,
      first: 1,
    },
  ]);
  expect(await patchBetween(root, tip, tip)).toEqual([]);
});

test('attributes that come with a change do not hide it', async () => {
  const { root } = repository();
  const base = sh(root, 'rev-parse', 'HEAD');
  const tip = commitFiles(root, { '.gitattributes': '* -diff\n', 'b.txt': 'secret\n' });
  const patch = await patchBetween(root, base, tip);
  expect(patch?.find(({ path }) => path === 'b.txt')).toMatchObject({
    opaque: false,
    added: [{ text: 'secret' }],
  });
});

test('a text file of over 4 MB is not looked through, and says so', async () => {
  const { root } = repository();
  const base = sh(root, 'rev-parse', 'HEAD');
  const tip = commitFiles(root, { 'big.txt': 'word\n'.repeat(1024 * 1024) });
  expect(await patchBetween(root, base, tip)).toMatchObject([{ path: 'big.txt', opaque: true, added: [] }]);
});
