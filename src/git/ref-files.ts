import * as fs from 'node:fs';
import { join } from 'node:path';
import { readIfExists } from '../base/files.ts';
import { commonDirOf, gitDirOf } from './layout.ts';

/** More are left to git, which does not stop everything else while it reads. */
const MOST = 2_000;

type Wanted = (name: string) => boolean;

/**
 * The refs of a repository by name with what each is at, from its files and so without a fork; undefined where git has
 * to be asked: refs that are kept otherwise, that point to others, that are the worktree's own, or very many. Those that
 * are not `wanted` are not even read; remote branches never are.
 */
export function refsInFiles(root: string, wanted: Wanted = () => true): Map<string, string> | undefined {
  try {
    const common = commonDirOf(root);
    if (gitDirOf(root) !== common || fs.existsSync(join(common, 'reftable'))) return undefined;
    const loose = looseRefs(common, wanted);
    // Read after the loose ones: what is packed meanwhile is in the one or the other.
    const refs = loose && packedRefs(common, wanted);
    if (loose === undefined || refs === undefined) return undefined;
    for (const [name, sha] of loose) refs.set(name, sha);
    return refs;
  } catch {
    return undefined;
  }
}

function looseRefs(common: string, wanted: Wanted): Map<string, string> | undefined {
  const refs = new Map<string, string>();
  for (const entry of fs.readdirSync(join(common, 'refs'), { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() || entry.name.endsWith('.lock')) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(common.length + 1);
    // Remote HEADs are symbolic in every clone; nobody asks us for remote branches.
    if (name.startsWith('refs/remotes/') || !wanted(name)) continue;
    const sha = fs.readFileSync(path, 'utf8').trimEnd();
    if (!entry.isFile() || !isSha(sha) || refs.size > MOST) return undefined;
    refs.set(name, sha);
  }
  return refs;
}

function packedRefs(common: string, wanted: Wanted): Map<string, string> | undefined {
  const refs = new Map<string, string>();
  for (const line of (readIfExists(join(common, 'packed-refs')) ?? '').split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('^')) continue;
    const space = line.indexOf(' ');
    const [sha, name] = [line.slice(0, space), line.slice(space + 1)];
    if (!isSha(sha) || !name.startsWith('refs/') || refs.size > MOST) return undefined;
    if (!name.startsWith('refs/remotes/') && wanted(name)) refs.set(name, sha);
  }
  return refs;
}

function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text);
}
