import { git, gitFailure } from './git.ts';

/** First and last line. What comes in after a line counts as that line; at the very top it is line 0. */
export type Lines = [number, number];

/** What was done to a file of the base commit; `whole` where it is new or binary, and no lines can be told apart. */
export interface Touched {
  whole: boolean;
  lines: Lines[];
}

/** The files that a working tree has changed, by path. */
export type TouchedLines = Map<string, Touched>;

/** A stretch of lines that one side has in place of the other's. An empty stretch stands behind its first line. */
interface Hunk {
  old: Stretch;
  now: Stretch;
}

interface Stretch {
  first: number;
  count: number;
}

const flags = [
  '--unified=0',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
  '--ignore-submodules=all',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

/** What a working tree has changed of a commit, committed or not, with the files that git does not know yet. Two forks. */
export async function touchedLines(dir: string, base: string): Promise<TouchedLines> {
  const [files, untracked] = await Promise.all([
    hunksOf(dir, [base, '--']),
    git(dir, ['ls-files', '--others', '--exclude-standard', '-z', '--full-name']),
  ]);
  if (untracked.code !== 0) throw gitFailure(`The new files in ${dir} could not be listed`, untracked);
  const touched = touchedIn(files);
  for (const path of untracked.stdout.split('\0')) if (path !== '') touched.set(path, wholeFile());
  return touched;
}

/** What one commit has changed of another. */
export async function touchedBetween(root: string, from: string, to: string): Promise<TouchedLines> {
  return touchedIn(await hunksOf(root, [from, to, '--']));
}

function wholeFile(): Touched {
  return { whole: true, lines: [] };
}

function touchedIn(files: ReadonlyMap<string, FileHunks>): TouchedLines {
  return new Map(
    [...files].map(([path, { whole, hunks }]) => [
      path,
      { whole, lines: hunks.map(({ old }) => linesOf(old)) },
    ]),
  );
}

/** The same with the lines of another commit: as `from` has them, put as `to` has them. One fork, where they share files. */
export async function translated(
  root: string,
  touched: TouchedLines,
  from: string,
  to: string,
): Promise<TouchedLines> {
  if (from === to || touched.size === 0) return touched;
  const paths = [...touched.keys()].map((path) => `:(top,literal)${path}`);
  const between = await hunksOf(root, [to, from, '--', ...paths]);
  return new Map(
    [...touched].map(([path, { whole, lines }]) => {
      const { whole: other = false, hunks = [] } = between.get(path) ?? {};
      return [path, { whole: whole || other, lines: lines.map((span) => asBefore(span, hunks)) }];
    }),
  );
}

// Where the way between has changed the lines themselves, all that it has changed there is meant.
function asBefore([first, last]: Lines, hunks: readonly Hunk[]): Lines {
  const placeOf = (line: number, end: 0 | 1): number => {
    let shift = 0;
    for (const { old, now } of hunks) {
      if (line < now.first + (now.count === 0 ? 1 : 0)) break;
      if (now.count > 0 && line < endOf(now)) return linesOf(old)[end];
      shift = endOf(old) - endOf(now);
    }
    return line + shift;
  };
  return [placeOf(first, 0), placeOf(last, 1)];
}

// The line after it.
function endOf({ first, count }: Stretch): number {
  return first + Math.max(1, count);
}

function linesOf(stretch: Stretch): Lines {
  return [stretch.first, endOf(stretch) - 1];
}

/** The places that both have changed, given in lines of the same commit. */
export function sharedLines(a: TouchedLines, b: TouchedLines): { file: string; lines: Lines | null }[] {
  const shared: { file: string; lines: Lines | null }[] = [];
  for (const [file, mine] of a) {
    const theirs = b.get(file);
    if (theirs === undefined) continue;
    if (mine.whole || theirs.whole) shared.push({ file, lines: null });
    else for (const lines of common(mine.lines, theirs.lines)) shared.push({ file, lines });
  }
  return shared;
}

function common(mine: readonly Lines[], theirs: readonly Lines[]): Lines[] {
  return mine.flatMap(([first, last]) =>
    theirs
      .filter(([from, to]) => from <= last && first <= to)
      .map(([from, to]): Lines => [Math.max(first, from), Math.min(last, to)]),
  );
}

interface FileHunks {
  whole: boolean;
  hunks: Hunk[];
}

async function hunksOf(dir: string, what: readonly string[]): Promise<Map<string, FileHunks>> {
  const found = await git(dir, ['diff', ...flags, '--raw', '-z', '-p', ...what]);
  if (found.code !== 0) throw gitFailure(`The change in ${dir} could not be read`, found);
  return parseHunks(found.stdout);
}

/** The answer of `git diff -z --raw -p --unified=0 --no-renames`: records, an empty field, then the patch. */
function parseHunks(output: string): Map<string, FileHunks> {
  const files = new Map<string, FileHunks>();
  const owners: FileHunks[] = [];
  let at = 0;
  while (output[at] === ':') {
    const middle = output.indexOf('\0', at);
    const end = output.indexOf('\0', middle + 1);
    const letter = output.slice(at, middle).split(' ')[4];
    const path = output.slice(middle + 1, end);
    at = end + 1;
    // One with conflicts has another record of its own.
    if (letter === 'U') continue;
    const file = { whole: letter === 'A', hunks: [] };
    files.set(path, file);
    // A changed type is two sections: the old one goes, the new one comes.
    owners.push(...(letter === 'T' ? [file, file] : [file]));
  }
  readHunks(owners, output.slice(at));
  return files;
}

// Lines of content are passed over by their count: they may look like anything.
function readHunks(owners: readonly FileHunks[], text: string): void {
  let index = -1;
  let content = 0;
  for (const line of text.split('\n')) {
    if (content > 0) {
      if (line[0] === '-' || line[0] === '+') content -= 1;
      continue;
    }
    if (line.replace(/^\0/, '').startsWith('diff --git ')) index += 1;
    const file = owners[index];
    if (line.startsWith('Binary files ') && file !== undefined) file.whole = true;
    const hunk = line.match(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/);
    if (hunk === null || file === undefined) continue;
    const [oldFirst = 0, oldCount = 1, nowFirst = 0, nowCount = 1] = hunk
      .slice(1)
      .map((text) => (text === undefined ? undefined : Number(text)));
    content = oldCount + nowCount;
    file.hunks.push({
      old: { first: oldFirst, count: oldCount },
      now: { first: nowFirst, count: nowCount },
    });
  }
}
