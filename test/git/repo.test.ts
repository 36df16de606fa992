import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeBranchName } from '../../src/git/branch.ts';
import { inspectRepo } from '../../src/git/repo.ts';
import { commitFiles, failureOf, repository, sh, temporaryFolder, write } from './repository.ts';

test('a folder outside git is none', async () => {
  const folder = temporaryFolder();
  expect(await inspectRepo(folder)).toMatchObject({ kind: 'none', root: folder, head: null, subdir: '' });
});

test('below a repository a folder is in it, and in a bare one it is that one', async () => {
  const folder = temporaryFolder();
  sh(folder, 'init', '-q');
  write(folder, { 'a/b/c': 'x' });
  expect(await inspectRepo(join(folder, 'a/b'))).toMatchObject({
    kind: 'empty',
    root: folder,
    subdir: 'a/b',
  });
  const bare = temporaryFolder();
  sh(bare, 'init', '-q', '--bare');
  expect(await inspectRepo(join(bare, 'refs/heads'))).toMatchObject({ kind: 'bare', root: bare });
});

test('a bare repository is bare', async () => {
  const folder = temporaryFolder();
  sh(folder, 'init', '-q', '--bare');
  expect(await inspectRepo(folder)).toMatchObject({ kind: 'bare', root: folder, head: null });
});

test('a repository without commits is empty, and can be dirty', async () => {
  const folder = temporaryFolder();
  sh(folder, 'init', '-q');
  expect(await inspectRepo(folder, { dirty: true })).toMatchObject({
    kind: 'empty',
    root: folder,
    head: null,
    dirty: false,
  });
  write(folder, { HEAD: 'a file of that name' });
  expect(await inspectRepo(folder, { dirty: true })).toMatchObject({ kind: 'empty', dirty: true });
});

test('a detached HEAD has a commit and no branch', async () => {
  const { root, base } = repository();
  expect((await inspectRepo(root)).head).toEqual({ branch: 'main', commit: base });
  sh(root, 'checkout', '-q', '--detach');
  expect((await inspectRepo(root)).head).toEqual({ branch: null, commit: base });
});

test.each(['plain', 'with space', `quotes ' " and \`tick\``, 'new\nline', '$(touch x)', '-dash', 'ünï'])(
  'a repository in a folder named %j is read exactly',
  async (name) => {
    const { root, base } = repository(name);
    const deep = join(root, 'src', name);
    fs.mkdirSync(deep, { recursive: true });
    const facts = await inspectRepo(deep, { dirty: true });
    expect(facts).toMatchObject({
      kind: 'repo',
      root,
      commonDir: join(root, '.git'),
      subdir: `src/${name}`,
      dirty: false,
    });
    expect(facts.head).toEqual({ branch: 'main', commit: base });
  },
);

test.each([
  ['an untracked file', { 'new.txt': 'x' }],
  ['a changed file', { 'a.txt': 'x' }],
])('%s makes it dirty, and nobody asks unless told', async (_, files) => {
  const { root } = repository();
  write(root, files as Record<string, string>);
  expect((await inspectRepo(root)).dirty).toBeNull();
  expect((await inspectRepo(root, { dirty: true })).dirty).toBe(true);
});

test('submodules, a linked worktree and an operation in progress are told', async () => {
  const { root, home, base } = repository();
  expect(await inspectRepo(root)).toMatchObject({ hasSubmodules: false, operation: null });
  write(root, { '.gitmodules': '' });
  write(join(root, '.git'), { MERGE_HEAD: `${base}\n` });
  expect(await inspectRepo(root)).toMatchObject({ hasSubmodules: true, operation: 'merge' });
  const linked = join(home, 'linked');
  sh(root, 'worktree', 'add', '-q', '-b', 'other', linked);
  const facts = await inspectRepo(linked);
  expect(facts).toMatchObject({ root: linked, commonDir: join(root, '.git'), operation: null });
});

test('a missing folder, a file and a .git folder are usage errors', async () => {
  const { root } = repository();
  expect(await failureOf(inspectRepo(join(root, 'missing')))).toMatchObject({ code: 'usage' });
  expect(await failureOf(inspectRepo(join(root, 'a.txt')))).toMatchObject({ code: 'usage' });
  expect(await failureOf(inspectRepo(join(root, '.git')))).toMatchObject({ code: 'usage' });
});

test.runIf(process.getuid?.() === 0)(
  'a repository of another user is a config error, not "none"',
  async () => {
    const { root } = repository();
    fs.chownSync(root, 12345, 12345);
    fs.chownSync(join(root, '.git'), 12345, 12345);
    expect(await failureOf(inspectRepo(root))).toMatchObject({ code: 'config' });
  },
);

test('the git environment of the caller has no say', async () => {
  const { root } = repository();
  const names = { GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/', GIT_INDEX_FILE: '/nonexistent' };
  Object.assign(process.env, names);
  try {
    expect(await inspectRepo(root, { dirty: true })).toMatchObject({ kind: 'repo', root, dirty: false });
  } finally {
    for (const name of Object.keys(names)) delete process.env[name];
  }
});

test.each([
  ['nothing is taken', [], 'orchestra/task-1-x', 'orchestra/task-1-x'],
  ['the name is taken', ['orchestra/task-1-x'], 'orchestra/task-1-x', 'orchestra/task-1-x-2'],
  ['the next is taken too', ['o/x', 'o/x-2'], 'o/x', 'o/x-3'],
  ['it is taken in other letters', ['Orchestra/Task-1'], 'orchestra/task-1', 'orchestra/task-1-2'],
  ['a branch forbids the folder', ['orchestra'], 'orchestra/x', 'orchestra-x'],
  ['a deep branch forbids it', ['a/b'], 'a/b/c', 'a/b-c'],
  ['the flat name is taken as well', ['orchestra', 'orchestra-x'], 'orchestra/x', 'orchestra-x-2'],
  ['it is a folder of branches', ['orchestra/x/y'], 'orchestra/x', 'orchestra/x-2'],
])('when %s, the branch is made possible', async (_, existing, wanted, expected) => {
  const { root, base } = repository();
  for (const name of existing) sh(root, 'branch', name);
  const name = await freeBranchName(root, wanted);
  expect(name).toBe(expected);
  sh(root, 'branch', name, base);
});

test('a packed branch counts as taken', async () => {
  const { root } = repository();
  commitFiles(root, {});
  sh(root, 'branch', 'o/x');
  sh(root, 'pack-refs', '--all');
  expect(await freeBranchName(root, 'o/x')).toBe('o/x-2');
});

const shapes: [string, (root: string) => void][] = [
  ['on a branch', () => {}],
  ['on a branch with a slash', (root) => sh(root, 'checkout', '-q', '-b', 'a/b')],
  ['on a packed branch', (root) => sh(root, 'pack-refs', '--all')],
  ['detached', (root) => sh(root, 'checkout', '-q', '--detach')],
  ['with a file of submodules', (root) => write(root, { '.gitmodules': '' })],
  ['in the middle of a merge', (root) => write(root, { '.git/MERGE_HEAD': sh(root, 'rev-parse', 'HEAD') })],
];

test.each(shapes)('a plain repository %s is read from its files as git reads it', async (_, shape) => {
  const { root } = repository();
  shape(root);
  const facts = await withoutGit(() => inspectRepo(root));
  fs.appendFileSync(join(root, '.git', 'config'), '[include]\n\tpath = /nonexistent\n');
  expect(await inspectRepo(root)).toEqual(facts);
});

const oddities: [string, (root: string) => void][] = [
  ['a working tree elsewhere', (root) => sh(root, 'config', 'core.worktree', '../elsewhere')],
  ['a bare one with files', (root) => sh(root, 'config', 'core.bare', 'true')],
  ['a setting that is included', (root) => sh(root, 'config', 'include.path', '/nonexistent')],
  ['a branch that points to another', (root) => sh(root, 'symbolic-ref', 'refs/heads/main', 'refs/heads/x')],
  ['no commit yet', (root) => sh(root, 'checkout', '-q', '--orphan', 'new')],
  ['no objects', (root) => fs.rmSync(join(root, '.git', 'objects'), { recursive: true })],
  ['a linked .git', (root) => link(root, '.git')],
  ['a linked HEAD', (root) => link(root, '.git/HEAD')],
];

test.each(oddities)('with %s git is asked', async (_, oddity) => {
  const { root } = repository();
  oddity(root);
  const failure = await withoutGit(() => failureOf(inspectRepo(root)));
  expect(failure).toMatchObject({ code: 'unavailable' });
});

function link(root: string, name: string): void {
  fs.renameSync(join(root, name), join(root, '.git-aside'));
  fs.symlinkSync(join(root, '.git-aside'), join(root, name));
}

async function withoutGit<Result>(work: () => Promise<Result>): Promise<Result> {
  const { PATH } = process.env;
  process.env.PATH = '/nonexistent';
  try {
    return await work();
  } finally {
    process.env.PATH = PATH;
  }
}
