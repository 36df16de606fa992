import { git, gitFailure } from './git.ts';

/** What `git status` says of a working tree. Paths are relative to its root; folders end in `/`. */
export interface TreeStatus {
  /** The commit of HEAD, null before the first one. */
  head: string | null;
  /** The checked out branch, null when HEAD is detached. */
  branch: string | null;
  /** Tracked files that differ from HEAD, staged or not. */
  changed: string[];
  unmerged: string[];
  untracked: string[];
  /** Filled only when asked for. */
  ignored: string[];
  /** Folders that git could not look into: it knows nothing of what is there. */
  unread: string[];
}

// Fields before the path in each kind of record of porcelain version 2.
const fieldsBeforePath: Record<string, number> = { '1': 8, u: 10 };

/** One fork, never writes. `everyFile` lists untracked files one by one instead of their folders. */
export async function statusOf(
  dir: string,
  options: { ignored?: boolean; everyFile?: boolean } = {},
): Promise<TreeStatus> {
  const found = await git(
    dir,
    [
      'status',
      '--porcelain=v2',
      '--branch',
      '-z',
      '--no-renames',
      '--no-ahead-behind',
      '--ignore-submodules=none',
      options.everyFile === true ? '--untracked-files=all' : '--untracked-files=normal',
      ...(options.ignored === true ? ['--ignored=matching'] : []),
    ],
    { timeoutMs: 300_000 },
  );
  if (found.code !== 0) throw gitFailure(`git status failed in ${dir}`, found);
  return { ...parseStatus(found.stdout), unread: unreadFolders(found.stderr) };
}

// It only warns of them, and cuts a warning off where the path is too long.
function unreadFolders(stderr: string): string[] {
  const warnings = stderr.matchAll(/^warning: could not open directory '(.+?)(?:': .*)?$/gm);
  return [...warnings].map(([, path = '']) => path);
}

function parseStatus(output: string): TreeStatus {
  const status: TreeStatus = {
    head: null,
    branch: null,
    changed: [],
    unmerged: [],
    untracked: [],
    ignored: [],
    unread: [],
  };
  for (const record of output.split('\0')) {
    const kind = record.slice(0, 1);
    if (kind === '#') readHeader(status, record);
    else if (kind === '?') status.untracked.push(record.slice(2));
    else if (kind === '!') status.ignored.push(record.slice(2));
    else if (kind === '1') status.changed.push(pathIn(record, kind));
    else if (kind === 'u') status.unmerged.push(pathIn(record, kind));
  }
  return status;
}

function readHeader(status: TreeStatus, record: string): void {
  const [, name, value] = record.match(/^# (\S+) ([\s\S]*)$/) ?? [];
  if (name === 'branch.oid' && value !== '(initial)') status.head = value ?? null;
  if (name === 'branch.head' && value !== '(detached)') status.branch = value ?? null;
}

function pathIn(record: string, kind: string): string {
  return record.split(' ').slice(fieldsBeforePath[kind]).join(' ');
}

/** Whether anything is changed, unmerged or untracked. */
export function isDirty(status: TreeStatus): boolean {
  return status.changed.length + status.unmerged.length + status.untracked.length > 0;
}

const LONGEST_NAME = 300;

/** The first paths, quoted where they hold anything odd, and how many more there are. */
export function namesOf(paths: readonly string[], limit = 10): string {
  const shown = paths
    .slice(0, limit)
    .map((path) => (path.length > LONGEST_NAME ? `${path.slice(0, LONGEST_NAME)}…` : path))
    .map((path) => (/^[^\s"'\\\p{C}]+$/u.test(path) ? path : JSON.stringify(path)));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
