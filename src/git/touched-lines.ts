import { git, gitFailure } from './git.ts';

/** Lines of a file of the base commit that a working tree has changed, as `[first, last]`; an insertion counts as the line before it. */
export type TouchedLines = Map<string, [number, number][]>;

/** What a working tree has changed of a commit, committed or not; new files are left out. One fork. */
export async function touchedLines(dir: string, base: string): Promise<TouchedLines> {
  const flags = [
    '--unified=0',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--ignore-submodules=all',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--diff-filter=MDT',
  ];
  const found = await git(dir, ['diff', ...flags, base, '--']);
  if (found.code !== 0) throw gitFailure(`The change in ${dir} could not be read`, found);
  const touched: TouchedLines = new Map();
  let lines: [number, number][] = [];
  for (const line of found.stdout.split('\n')) {
    if (line.startsWith('--- a/')) {
      lines = [];
      touched.set(line.slice('--- a/'.length).replace(/\t$/, ''), lines);
    }
    const [, start, count] = line.match(/^@@ -(\d+)(?:,(\d+))? /) ?? [];
    if (start === undefined) continue;
    const first = Number(start);
    lines.push([first, first + Math.max(1, Number(count ?? 1)) - 1]);
  }
  return touched;
}

/** The places that both have changed. */
export function sharedLines(a: TouchedLines, b: TouchedLines): { file: string; lines: [number, number] }[] {
  const shared: { file: string; lines: [number, number] }[] = [];
  for (const [file, mine] of a) {
    for (const [first, last] of mine) {
      for (const [from, to] of b.get(file) ?? []) {
        if (from <= last && first <= to)
          shared.push({ file, lines: [Math.max(first, from), Math.min(last, to)] });
      }
    }
  }
  return shared;
}
