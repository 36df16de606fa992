import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check } from '../../src/model/check.ts';
import type { PatchFile } from '../../src/model/patch.ts';
import { lookAt } from '../../src/verify/look.ts';
import { commitFiles, repository, write } from '../git/repository.ts';

type Looked = Parameters<typeof lookAt>[0];

function file(path: string, fields: Partial<PatchFile> = {}): PatchFile {
  return { path, change: 'modified', opaque: false, added: [], removed: 0, ...fields };
}

const lines = (...texts: string[]) => texts.map((text, index) => ({ line: index + 1, text }));

function rootWith(files: Record<string, string>): string {
  const { root } = repository();
  commitFiles(root, files);
  return root;
}

const look = (check: Looked, root: string, patch: PatchFile[] | null = []) =>
  lookAt(check, { root, patch, committed: true });

test('files must be there, must be gone, must be as they were, and hold what they shall', async () => {
  const root = rootWith({ 'docs/guide.md': '# Guide\nsee ada\n', '.env': 'x', 'a.lock': '1' });
  const good: Check = {
    kind: 'files',
    exist: ['docs/guide.md', 'docs/*.md', '.env'],
    absent: ['dist/', '*.orig'],
    unchanged: ['*.lock'],
    match: [{ file: 'docs/guide.md', pattern: '^see (ada|bob)$' }],
  };
  expect(await look(good, root, [file('docs/guide.md')])).toEqual([]);
  const bad: Check = {
    kind: 'files',
    exist: ['README', 'src/*.ts', '../outside'],
    absent: ['.env'],
    unchanged: ['*.lock', 'docs/**'],
    match: [
      { file: 'docs/guide.md', pattern: '^bye' },
      { file: 'none', pattern: 'x' },
      { file: '/etc/hosts/../passwd', pattern: 'root' },
    ],
  };
  expect(await look(bad, root, [file('a.lock', { change: 'deleted' }), file('docs/guide.md')])).toEqual([
    'README does not exist',
    'src/*.ts does not exist',
    '../outside does not exist',
    '.env exists',
    'a.lock was deleted',
    'docs/guide.md was modified',
    'docs/guide.md does not match /^bye/',
    'none does not exist',
    '/etc/hosts/../passwd does not exist',
  ]);
});

test('a pattern that would take for ever is a fault, and does not hang', async () => {
  const root = rootWith({ 'a.txt': `${'a'.repeat(60)}!` });
  const check: Looked = { kind: 'files', match: [{ file: 'a.txt', pattern: '^(a+)+$' }] };
  expect(await look(check, root)).toEqual(['/^(a+)+$/ takes too long on a.txt']);
});

test('a worktree is clean when all is committed and no conflict is left', async () => {
  const root = rootWith({ 'a.txt': '1\n' });
  const heading = file('notes.md', { added: lines('Title', '=======', '<<<<<<< is a marker') });
  expect(await look({ kind: 'clean' }, root, [heading])).toEqual([]);
  write(root, { 'a.txt': '2\n', 'new.txt': '' });
  const torn = file('b.txt', {
    added: lines('x', '<<<<<<< HEAD', 'mine', '=======', 'yours', '>>>>>>> main'),
  });
  expect(await look({ kind: 'clean' }, root, [torn])).toEqual([
    'a.txt is not committed',
    'new.txt is not committed',
    'b.txt:2 has conflict markers',
  ]);
  expect(await lookAt({ kind: 'clean' }, { root, patch: [], committed: false })).toEqual([]);
});

test('a change is held to its size and its place', async () => {
  const root = fs.realpathSync(join(import.meta.dirname));
  const patch = [file('src/a.ts', { added: lines('1', '2'), removed: 3 }), file('package.json')];
  const check = (demands: Partial<Extract<Check, { kind: 'diff' }>>) =>
    look({ kind: 'diff', ...demands }, root, patch);
  expect(
    await check({ maxFiles: 2, maxLines: 5, allowed: ['src/', '*.json'], forbidden: ['test/'] }),
  ).toEqual([]);
  expect(await check({ maxFiles: 1, maxLines: 4 })).toEqual([
    '2 files are changed, at most 1 are allowed',
    '5 lines are changed, at most 4 are allowed',
  ]);
  expect(await check({ allowed: ['src/', 'lib/'], forbidden: ['src/a.*'] })).toEqual([
    'package.json is outside of src/, lib/',
    'src/a.ts may not be changed',
  ]);
  expect(await look({ kind: 'diff', maxFiles: 1 }, root, null)).toHaveLength(1);
});
