import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesBetween, changesInIndex, measure } from '../../src/git/changes.ts';
import { isPlainlyInRepo, snapshot } from '../../src/git/snapshot.ts';
import type { FileChange } from '../../src/model/verdict.ts';
import { commitFiles, failureOf, repository, sh, temporaryFolder, write } from './repository.ts';

const long = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('');

test('files and commits are what git shows', async () => {
  const { root } = repository();
  const base = commitFiles(root, {
    'old name.txt': long,
    'gone.txt': 'x\n',
    'kind.txt': 'x\n',
    'bytes.bin': 'a\0b',
  });
  sh(root, 'mv', 'old name.txt', 'new\n"name".txt');
  fs.rmSync(join(root, 'gone.txt'));
  fs.rmSync(join(root, 'kind.txt'));
  fs.symlinkSync('a.txt', join(root, 'kind.txt'));
  const first = commitFiles(
    root,
    { 'bytes.bin': 'a\0c', 'z.txt': 'z\n', 'dir/ünï.txt': 'no newline' },
    'First: "one"\tand more\n\nbody',
  );
  const second = commitFiles(root, { 'a.txt': 'one\n2\nthree\nfour\n' }, 'second');
  write(root, { 'uncommitted.txt': 'x' });
  const measured = await measure(root, base);
  expect(measured.commit).toBe(second);
  expect(measured.commits).toEqual([
    { sha: first, subject: 'First: "one"\tand more' },
    { sha: second, subject: 'second' },
  ]);
  expect(measured.files).toEqual([
    { path: 'a.txt', change: 'modified', additions: 2, deletions: 1 },
    { path: 'bytes.bin', change: 'modified', additions: null, deletions: null },
    { path: 'dir/ünï.txt', change: 'added', additions: 1, deletions: 0 },
    { path: 'gone.txt', change: 'deleted', additions: 0, deletions: 1 },
    { path: 'kind.txt', change: 'type-changed', additions: 1, deletions: 1 },
    { path: 'new\n"name".txt', change: 'renamed', additions: 0, deletions: 0 },
    { path: 'z.txt', change: 'added', additions: 1, deletions: 0 },
  ]);
});

test('the diff settings of the user change nothing', async () => {
  const { root, base } = repository();
  fs.renameSync(join(root, 'a.txt'), join(root, 'c.txt'));
  commitFiles(root, { '.gitattributes': '*.txt diff=odd\n' });
  const settings = {
    'diff.external': '/bin/false',
    'diff.renames': 'false',
    'diff.noprefix': 'true',
    'log.showSignature': 'true',
    'diff.odd.textconv': '/bin/false',
    'color.ui': 'always',
  };
  for (const [name, value] of Object.entries(settings)) sh(root, 'config', name, value);
  const { files, commits } = await measure(root, base);
  expect(files.map(({ path, change }) => [path, change])).toEqual([
    ['.gitattributes', 'added'],
    ['c.txt', 'renamed'],
  ]);
  expect(commits).toEqual([{ sha: sh(root, 'rev-parse', 'HEAD'), subject: 'work' }]);
});

test('nothing done is nothing measured, and a missing base is an error', async () => {
  const { root, base } = repository();
  expect(await measure(root, base)).toEqual({ commit: base, files: [], commits: [] });
  expect(await failureOf(measure(root, '1'.repeat(40)))).toMatchObject({ code: 'internal' });
  const empty = temporaryFolder();
  sh(empty, 'init', '-q');
  expect(await failureOf(measure(empty, base))).toMatchObject({ code: 'internal' });
});

test('commits come oldest first, also through merges', async () => {
  const { root, base } = repository();
  const side = commitFiles(root, { 's.txt': 's' }, 'side');
  sh(root, 'reset', '-q', '--hard', base);
  const main = commitFiles(root, { 'm.txt': 'm' }, 'main');
  sh(root, 'merge', '-q', '--no-ff', '-m', 'merge', side);
  const shas = (await measure(root, base)).commits.map((commit) => commit.sha);
  expect(new Set(shas)).toEqual(new Set([side, main, sh(root, 'rev-parse', 'HEAD')]));
  expect(shas.at(-1)).toBe(sh(root, 'rev-parse', 'HEAD'));
});

test('a snapshot sees staged, unstaged and untracked work and touches nothing', async () => {
  const { root } = repository();
  write(root, { '.gitignore': 'ignored\n', ignored: 'x', 'staged.txt': 's\n', 'a.txt': 'mine\n' });
  sh(root, 'add', 'staged.txt');
  const status = sh(root, 'status', '--porcelain');
  const index = fs.readFileSync(join(root, '.git/index'), 'latin1');
  const before = await snapshot(root);
  write(root, { 'staged.txt': 's\nt\n', 'deep/new.txt': 'n\n', ignored: 'y' });
  fs.rmSync(join(root, 'b.txt'));
  const after = await snapshot(join(root, 'deep'));
  expect(await changesBetween(root, before, after)).toEqual([
    { path: 'b.txt', change: 'deleted', additions: 0, deletions: 1 },
    { path: 'deep/new.txt', change: 'added', additions: 1, deletions: 0 },
    { path: 'staged.txt', change: 'modified', additions: 1, deletions: 0 },
  ]);
  fs.rmSync(join(root, 'deep'), { recursive: true });
  write(root, { 'staged.txt': 's\n', 'b.txt': 'b\n' });
  expect(await snapshot(root)).toBe(before);
  expect(fs.readFileSync(join(root, '.git/index'), 'latin1')).toBe(index);
  expect(sh(root, 'status', '--porcelain')).toBe(status);
});

test('the index of a snapshot tells the same changes as its tree', async () => {
  const { root } = repository();
  write(root, { 'meant.txt': 'meant\n', 'old name.txt': 'a\nb\nc\nd\n', 'kind.txt': 'k\n' });
  const before = await snapshot(root);
  sh(root, 'add', '--intent-to-add', 'meant.txt');
  write(root, { 'meant.txt': 'meant otherwise\n', 'bytes.bin': '\0\u0001', 'deep/new.txt': 'n\n' });
  fs.renameSync(join(root, 'old name.txt'), join(root, 'deep/new name.txt'));
  fs.rmSync(join(root, 'kind.txt'));
  fs.symlinkSync('a.txt', join(root, 'kind.txt'));
  fs.rmSync(join(root, 'b.txt'));
  let told: FileChange[] | undefined;
  const staged = async (env: Record<string, string>) => {
    told = await changesInIndex(join(root, 'deep'), before, env);
  };
  const after = await snapshot(join(root, 'deep'), { staged });
  expect(told).toHaveLength(6);
  expect(told).toEqual(await changesBetween(root, before, after));
  const broken = snapshot(root, { staged: () => Promise.reject(new Error('not read')) });
  await expect(broken).rejects.toThrow('not read');
});

test('a snapshot sees a change of the same size in the same moment as the index', async () => {
  const { root } = repository();
  sh(root, 'config', 'core.trustctime', 'false');
  const then = 1_700_000_000;
  fs.utimesSync(join(root, 'b.txt'), then, then);
  sh(root, 'update-index', '--refresh');
  fs.utimesSync(join(root, '.git/index'), then, then);
  const before = await snapshot(root);
  write(root, { 'b.txt': 'c\n' });
  fs.utimesSync(join(root, 'b.txt'), then, then);
  expect(await changesBetween(root, before, await snapshot(root))).toMatchObject([
    { path: 'b.txt', change: 'modified' },
  ]);
});

test('a snapshot works without commits, during a conflict and beside a locked index', async () => {
  const empty = temporaryFolder();
  sh(empty, 'init', '-q');
  const nothing = await snapshot(empty);
  write(empty, { 'x.txt': 'x\n' });
  expect(await changesBetween(empty, nothing, await snapshot(empty))).toMatchObject([
    { path: 'x.txt', change: 'added' },
  ]);
  const { root, base } = repository();
  sh(root, 'checkout', '-q', '-b', 'other');
  commitFiles(root, { 'a.txt': 'ours\n' });
  sh(root, 'checkout', '-q', '-b', 'third', base);
  commitFiles(root, { 'a.txt': 'theirs\n' });
  expect(() => sh(root, 'merge', 'other')).toThrow();
  write(root, { '.git/index.lock': '' });
  expect(await snapshot(root)).toMatch(/^[0-9a-f]{40}$/);
  expect(fs.existsSync(join(root, '.git/index.lock'))).toBe(true);
});

test('a snapshot goes by the index of exactly that working tree, wherever its git folder is', async () => {
  const { root } = repository();
  write(root, { '.gitignore': 'ignored\n' });
  commitFiles(root, { 'c.txt': 'c\n' });
  const linked = join(temporaryFolder(), 'linked');
  sh(root, 'worktree', 'add', '-q', linked);
  sh(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', root, 'below');
  // Its configuration says where its working tree is.
  const moved = temporaryFolder();
  sh(moved, 'init', '-q');
  write(moved, { '.gitignore': 'ignored\n' });
  sh(moved, 'config', 'core.worktree', moved);
  for (const place of [linked, join(root, 'below'), moved]) {
    write(place, { ignored: 'but added\n', 'deep/new.txt': 'n\n' });
    const before = await snapshot(place);
    sh(place, 'add', '-f', 'ignored');
    const after = await snapshot(join(place, 'deep'));
    expect(await changesBetween(place, before, after)).toMatchObject([{ path: 'ignored', change: 'added' }]);
  }
});

test('whether a folder is in a working tree is told without git only where nothing speaks against it', () => {
  const { root } = repository();
  write(root, { 'deep/x.txt': 'x\n' });
  expect([root, join(root, 'deep'), temporaryFolder()].map(isPlainlyInRepo)).toEqual([true, true, false]);
  sh(root, 'config', 'core.worktree', temporaryFolder());
  expect(isPlainlyInRepo(root)).toBe(false);
  const bare = temporaryFolder();
  sh(bare, 'init', '-q', '--bare');
  expect(isPlainlyInRepo(bare)).toBe(false);
});
