import type { Commit, FileChange } from '../model/verdict.ts';
import { git, gitFailure, gitOutput } from './git.ts';

/** What was done since a base commit, from git alone. `commits` is oldest first. */
export interface Measured {
  /** HEAD, which all of it is bound to. */
  commit: string;
  files: FileChange[];
  commits: Commit[];
}

/**
 * Measures what lies between a base commit and HEAD of a working tree; uncommitted files do not count. `known` is HEAD,
 * and the commits up to it, where the caller has just read or made them: each saves a fork.
 */
export async function measure(
  dir: string,
  base: string,
  known: Partial<Pick<Measured, 'commit' | 'commits'>> = {},
): Promise<Measured> {
  const commit = known.commit ?? (await headOf(dir));
  const [files, commits] = await Promise.all([
    changesBetween(dir, base, commit),
    known.commits ?? commitsBetween(dir, base, commit),
  ]);
  return { commit, files, commits };
}

async function headOf(dir: string): Promise<string> {
  const head = await git(dir, ['rev-parse', '--verify', 'HEAD^{commit}']);
  if (head.code !== 0) throw gitFailure(`${dir} has no commit to measure`, head);
  return head.stdout.trim();
}

async function commitsBetween(dir: string, base: string, commit: string): Promise<Commit[]> {
  if (base === commit) return [];
  const format = ['--no-show-signature', '--no-patch', '--encoding=UTF-8', '-z', '--format=%H %s'];
  const output = await gitOutput(dir, [
    'log',
    '--topo-order',
    '--reverse',
    ...format,
    `${base}..${commit}`,
    '--',
  ]);
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const space = record.indexOf(' ');
      return { sha: record.slice(0, space), subject: record.slice(space + 1).replace(/\n$/, '') };
    });
}

/** The files that differ between two commits or trees, with renames found as git finds them, in git's order. */
export async function changesBetween(dir: string, from: string, to: string): Promise<FileChange[]> {
  return from === to ? [] : await changes(dir, ['diff-tree', ...changeFlags, from, to, '--']);
}

/** The same between a commit or tree and an index, which `env` names. */
export function changesInIndex(
  dir: string,
  from: string,
  env: Record<string, string>,
): Promise<FileChange[]> {
  return changes(dir, ['diff-index', '--cached', ...changeFlags, from, '--'], env);
}

const changeFlags = [
  '-r',
  '-z',
  '-M',
  '--raw',
  '--numstat',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=none',
];

async function changes(
  dir: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<FileChange[]> {
  const output = await gitOutput(dir, args, { env, timeoutMs: 300_000 });
  return parseChanges(output.split('\0'));
}

// Raw records (`:modes ids letter`, path, new path of a rename) come first, then the counts in the same order.
function parseChanges(fields: readonly string[]): FileChange[] {
  const files: FileChange[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(':'); at += 1) {
    const letter = fields[at]?.split(' ')[4]?.slice(0, 1) ?? '';
    at += letter === 'R' || letter === 'C' ? 2 : 1;
    files.push({ path: fields[at] ?? '', change: kindOf(letter), additions: null, deletions: null });
  }
  for (const file of files) {
    const [added = '-', deleted = '-', path = ''] = splitCounts(fields[at] ?? '');
    // A rename has an empty path here, the old and the new one follow.
    at += path === '' ? 3 : 1;
    if (added !== '-') file.additions = Number(added);
    if (deleted !== '-') file.deletions = Number(deleted);
  }
  return files;
}

function splitCounts(field: string): string[] {
  const first = field.indexOf('\t');
  const second = field.indexOf('\t', first + 1);
  return [field.slice(0, first), field.slice(first + 1, second), field.slice(second + 1)];
}

function kindOf(letter: string): FileChange['change'] {
  if (letter === 'A' || letter === 'C') return 'added';
  if (letter === 'D') return 'deleted';
  if (letter === 'R') return 'renamed';
  return letter === 'T' ? 'type-changed' : 'modified';
}
