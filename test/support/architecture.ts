import { findCycle, importsOf, resolveImport, withoutComments } from './imports.ts';

/** What the rules look at: texts by path from the root, the names at the top level, and the tools' names and binaries. */
export interface Tree {
  files: ReadonlyMap<string, string>;
  topLevel: readonly string[];
  tools: readonly string[];
}

const FLOORS = [
  ['base'],
  ['model'],
  ['config', 'profiles', 'store', 'tmux', 'git', 'forge'],
  ['route', 'plan', 'spawn', 'watch', 'parse', 'guard', 'verify', 'settle'],
  ['pipeline'],
  ['operations'],
  ['cli', 'mcp', 'http'],
];
const PURE = ['route', 'plan', 'parse', 'guard'];
const PURE_BUILT_INS = ['node:util', 'node:path'];
const EFFECTS = ['execa', 'ora'];
const TOP_LEVEL = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'bin',
  'src',
  'tools',
  'config',
  'test',
  'docs',
];
const TOP_LEVEL_TEXTS = ['LICENSE', 'README.md', 'CHANGELOG.md'];
const MADE = ['node_modules', 'dist', 'coverage'];
const MAX_LINES = 250;
const VAGUE = /^(utils?|helpers?|manager|service|.*-(manager|service|utils?|helpers?|v2|new))$/;

/** Every broken rule of the house, one sentence each: the file, what is wrong, what to do. */
export function problemsOf(tree: Tree): string[] {
  return [imports, cycles, sizes, passThrough, names, toolNames, topLevel, printing].flatMap((rule) =>
    rule(tree),
  );
}

function imports({ files }: Tree): string[] {
  return sources(files).flatMap(([file, text]) => {
    const folder = folderOf(file);
    const floor = floorOf(file);
    if (floor < 0)
      return [
        `${file}: the folder src/${folder} stands on no floor; move the file into one of ${FLOORS.flat().join(', ')}, or give the folder a floor in docs/architecture.md and test/support/architecture.ts`,
      ];
    return importsOf(text).flatMap(({ specifier, line }) => {
      const at = `${file}:${line}: imports '${specifier}'`;
      const pure = PURE.includes(folder);
      if (!specifier.startsWith('.')) {
        const effect = specifier.startsWith('node:') && !PURE_BUILT_INS.includes(specifier);
        if (pure && (effect || EFFECTS.includes(specifier)))
          return [
            `${at}, but ${folder} is pure; take the value as a parameter and do the effect in pipeline or a floor 2 folder`,
          ];
        return [];
      }
      const target = resolveImport(file, specifier);
      if (!files.has(target)) return [`${at}, which is not a file here; name the .ts file itself`];
      if (!target.startsWith('src/')) return [`${at}, outside src; move what is needed into src`];
      const other = folderOf(target);
      if (other === folder) return [];
      if (pure && !['base', 'model'].includes(other))
        return [`${at}, but ${folder} is pure and may import only model and base; pass the value in as data`];
      if (floorOf(target) > floor)
        return [
          `${at}, upwards from floor ${floor} to ${floorOf(target)}; move the shared part down, or let pipeline pass it in`,
        ];
      if (floorOf(target) === floor)
        return [
          `${at}, sideways on floor ${floor}; move the shared part down to model or base, or let the floor above join the two`,
        ];
      return [];
    });
  });
}

function cycles({ files }: Tree): string[] {
  const byFile = new Map<string, Set<string>>();
  const byFolder = new Map<string, Set<string>>();
  for (const [file, text] of sources(files)) {
    const targets = importsOf(text)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => resolveImport(file, specifier))
      .filter((target) => files.has(target));
    byFile.set(file, new Set(targets));
    const folder = pathOf(file);
    const outside = targets.map(pathOf).filter((target) => target !== folder);
    byFolder.set(folder, new Set([...(byFolder.get(folder) ?? []), ...outside]));
  }
  const say = (kind: string, cycle: string[] | null) =>
    cycle
      ? [
          `${cycle[0]}: a ${kind} cycle, ${cycle.join(' -> ')}; move what both need into a file of its own below them`,
        ]
      : [];
  return [...say('file', findCycle(byFile)), ...say('folder', findCycle(byFolder))];
}

function sizes({ files }: Tree): string[] {
  return [...files]
    .filter(([file]) => /^(src|bin)\/|^tools\/.*\.sh$/.test(file) && !/\.(json|md)$/.test(file))
    .map(([file, text]) => [file, text.replace(/\n$/, '').split('\n').length] as const)
    .filter(([, lines]) => lines > MAX_LINES)
    .map(
      ([file, lines]) =>
        `${file}: ${lines} lines, ${MAX_LINES} are allowed; it has more than one job, split it by job`,
    );
}

function passThrough({ files }: Tree): string[] {
  return sources(files)
    .filter(([file]) => file.endsWith('/index.ts'))
    .filter(([, text]) =>
      withoutComments(text)
        .split(';')
        .every((part) => /^\s*($|export\s[^;]*from|import\s|export\s*(type\s*)?\{)/.test(part)),
    )
    .map(([file]) => `${file}: only passes names on; delete it and import the files themselves`);
}

function names({ files }: Tree): string[] {
  return [...files.keys()]
    .filter((file) => /^(src|test|bin)\//.test(file))
    .flatMap((file) => {
      const bad = file.split('/').find((part) => VAGUE.test(part.replace(/(\.test)?\.\w+$/, '')));
      return bad ? [`${file}: '${bad}' says nothing about its job; name it after what it does or holds`] : [];
    });
}

function toolNames({ files, tools }: Tree): string[] {
  return sources(files).flatMap(([file, text]) =>
    tools
      .filter((tool) => !tool.startsWith('_'))
      .flatMap((tool) => {
        const at = lineOf(text, new RegExp(`(?<![\\w-])${tool}(?![\\w-])`, 'i'));
        return at
          ? [
              `${file}:${at}: names the tool '${tool}'; put what is special about it into that tool's profile, or name the format`,
            ]
          : [];
      }),
  );
}

function topLevel({ topLevel }: Tree): string[] {
  const allowed = [...TOP_LEVEL, ...TOP_LEVEL_TEXTS, ...MADE];
  return topLevel
    .filter((name) => !name.startsWith('.') && !allowed.includes(name))
    .map(
      (name) =>
        `${name}: not expected at the top level; move it into one of ${TOP_LEVEL.slice(3).join(', ')}`,
    );
}

function printing({ files }: Tree): string[] {
  return sources(files)
    .filter(([file]) => file !== 'src/main.ts' && folderOf(file) !== 'cli')
    .flatMap(([file, text]) => {
      const at = lineOf(withoutComments(text), /\bconsole\.\w+\(|\bprocess\.(stdout|stderr)\b/);
      return at ? [`${file}:${at}: prints; return the data and let src/cli show it`] : [];
    });
}

function sources(files: Tree['files']): [string, string][] {
  return [...files].filter(([file]) => /^src\/.*\.ts$/.test(file));
}

/** The folder right under src, `main.ts` for a file there. */
function folderOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function pathOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function floorOf(file: string): number {
  return file === 'src/main.ts'
    ? FLOORS.length
    : FLOORS.findIndex((folders) => folders.includes(folderOf(file)));
}

function lineOf(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  return found ? text.slice(0, found.index).split('\n').length : 0;
}
