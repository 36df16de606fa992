import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf, type Tree } from './support/architecture.ts';

const root = join(import.meta.dirname, '..');

test('the tree keeps the rules of the house', () => {
  expect(problemsOf(realTree())).toEqual([]);
});

test('a small tree that keeps the rules has no problem', () => {
  expect(problems({ 'src/cli/run.ts': "import { a } from '../base/a.ts';\nconsole.log(a);" })).toEqual([]);
});

const red: [rule: string, files: Record<string, string>, sentence: RegExp][] = [
  [
    'an upward import',
    { 'src/base/b.ts': "import { r } from '../route/r.ts';" },
    /^src\/base\/b\.ts:1: .*upwards.*move/,
  ],
  [
    'an upward import over several lines',
    { 'src/base/b.ts': "import {\n  r,\n} from '../route/r.ts';" },
    /b\.ts:1: .*upwards/,
  ],
  ['an upward dynamic import', { 'src/git/b.ts': "\nawait import('../cli/c.ts');" }, /b\.ts:2: .*upwards/],
  ['an upward re-export', { 'src/git/b.ts': "export { r } from '../cli/c.ts';" }, /upwards/],
  ['an upward type import', { 'src/git/b.ts': "import type { R } from '../cli/c.ts';" }, /upwards/],
  [
    'an import of the composition root',
    { 'src/cli/b.ts': "import '../main.ts';" },
    /upwards from floor 6 to 7/,
  ],
  ['a sideways import', { 'src/git/b.ts': "import { t } from '../tmux/t.ts';" }, /sideways on floor 2; move/],
  ['a folder without a floor', { 'src/things/b.ts': '' }, /src\/things stands on no floor; move/],
  ['a loose file in src', { 'src/extra.ts': '' }, /stands on no floor/],
  [
    'an import of what is not there',
    { 'src/git/b.ts': "import '../base/gone.ts';" },
    /not a file here; name/,
  ],
  ['an import from outside src', { 'src/git/b.ts': "import '../../test/t.ts';" }, /outside src; move/],
  [
    'a built-in with effects in a pure folder',
    { 'src/plan/b.ts': "import 'node:fs';" },
    /plan is pure; take the value/,
  ],
  [
    'a package with effects in a pure folder',
    { 'src/plan/b.ts': "import { execa } from 'execa';" },
    /plan is pure/,
  ],
  [
    'a pure folder reaching the world',
    { 'src/route/b.ts': "import '../git/g.ts';" },
    /only model and base; pass/,
  ],
  [
    'a cycle of files',
    { 'src/git/b.ts': "import './c.ts';", 'src/git/c.ts': "import './b.ts';" },
    /file cycle, src\/git\/b\.ts -> src\/git\/c\.ts -> src\/git\/b\.ts; move/,
  ],
  [
    'a cycle of folders inside one floor',
    {
      'src/cli/a/x.ts': "import '../b/y.ts';",
      'src/cli/b/y.ts': '',
      'src/cli/b/z.ts': "import '../a/w.ts';",
      'src/cli/a/w.ts': '',
    },
    /folder cycle, src\/cli\/a -> src\/cli\/b -> src\/cli\/a; move/,
  ],
  ['a long file', { 'src/git/b.ts': '\n'.repeat(251) }, /b\.ts: 251 lines, 250 are allowed; .*split/],
  ['a long wrapper', { 'tools/_lib/w.sh': ':\n'.repeat(251) }, /w\.sh: 251 lines/],
  ['a long launcher', { 'bin/start': ':\n'.repeat(300) }, /bin\/start: 300 lines/],
  [
    'an index that passes names on',
    { 'src/git/index.ts': "// all of it\nexport { g } from './g.ts';\nexport * from './g.ts';" },
    /index\.ts: only passes names on; delete/,
  ],
  [
    'an index that imports and exports',
    { 'src/git/index.ts': "import { g } from './g.ts';\nexport { g };" },
    /only passes names on/,
  ],
  ['a vague file name', { 'src/git/utils.ts': '' }, /'utils\.ts' says nothing about its job; name it/],
  ['a vague folder name', { 'src/git/helpers/b.ts': '' }, /'helpers' says nothing/],
  ['a manager', { 'src/git/task-manager.ts': '' }, /'task-manager\.ts' says nothing/],
  ['a second version', { 'test/git/worktree-v2.test.ts': '' }, /'worktree-v2\.test\.ts' says nothing/],
  ["a tool's name", { 'src/git/b.ts': "\nconst x = 'Acme';" }, /b\.ts:2: names the tool 'acme'; put/],
  ["a tool's name in a comment", { 'src/git/b.ts': '// as acme does' }, /names the tool 'acme'/],
  [
    'printing below the surface',
    { 'src/git/b.ts': '\n\nconsole.log(1);' },
    /b\.ts:3: prints; return the data/,
  ],
  ['writing to stdout', { 'src/git/b.ts': 'process.stdout.write("x");' }, /prints; return/],
];

test.each(red)('%s is refused with a sentence', (_rule, files, sentence) => {
  expect(problems(files)).toEqual([expect.stringMatching(sentence)]);
});

test('an unexpected entry at the top level is refused', () => {
  expect(problemsOf({ files: new Map(), tools: [], topLevel: ['src', '.env', 'PLAN.md'] })).toEqual([
    expect.stringMatching(/^PLAN\.md: not expected at the top level; move/),
  ]);
});

test('what only looks like a broken rule is let through', () => {
  const files = {
    'src/base/b.ts':
      "// import { r } from '../route/r.ts';\n/*\nimport '../cli/c.ts';\n*/ const url = 'http://x';",
    'src/parse/p.ts':
      "export const formats = ['acme-jsonl'];\nimport { join } from 'node:path';\nimport * as z from 'zod';",
    'src/git/index.ts': "import { g } from './g.ts';\nexport function twice() {\n  return g + g;\n}",
    'src/git/c.ts': '// console.log(1) is not for here',
    'src/main.ts': "import './cli/c.ts';\nprocess.stdout.write('');",
  };
  expect(problems(files)).toEqual([]);
});

/** The problems of a made-up tree: the given files beside a few that others can import. */
function problems(files: Record<string, string>): string[] {
  const beside = ['base/a', 'route/r', 'cli/c', 'tmux/t', 'git/g', 'main'].map((name) => [
    `src/${name}.ts`,
    '',
  ]);
  return problemsOf({
    files: new Map(Object.entries({ ...Object.fromEntries([...beside, ['test/t.ts', '']]), ...files })),
    topLevel: ['src', 'test'],
    tools: ['acme'],
  });
}

function realTree(): Tree {
  const files = new Map<string, string>();
  for (const top of ['src', 'test', 'bin', 'tools'])
    for (const path of filesUnder(join(root, top)))
      files.set(relative(root, path), readFileSync(path, 'utf8'));
  return { files, topLevel: readdirSync(root), tools: toolWords() };
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|fixtures)$/.test(entry.name) ? [] : filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Tool folders and, where it is the start of the folder's name (as a vendor's is), the binary. */
function toolWords(): string[] {
  const folders = existsSync(join(root, 'tools')) ? readdirSync(join(root, 'tools')) : [];
  return folders.flatMap((name) => {
    const profile = join(root, 'tools', name, 'profile.yaml');
    const binary = existsSync(profile)
      ? /^binary:\s*(\S+)/m.exec(readFileSync(profile, 'utf8'))?.[1]
      : undefined;
    return binary && binary !== name && name.startsWith(binary) ? [name, binary] : [name];
  });
}
