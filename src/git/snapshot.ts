import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitOutput } from './git.ts';
import { commonDirOf, gitDirOf, plainSettings, realPath } from './layout.ts';
import { stageAll } from './stage.ts';

/**
 * The id of a tree that holds the working tree as it is now, untracked files included, ignored ones not. The user's
 * index and files stay untouched; only unreferenced objects are written. `tell` gets git's words for what it could not
 * take, such as an unreadable file. `staged` is called when all of it is in an index, with the variable that names this,
 * and waited for; the tree is made meanwhile.
 */
export async function snapshot(
  dir: string,
  more: { tell?: (words: string) => void; staged?: (env: Record<string, string>) => Promise<void> } = {},
): Promise<string> {
  const { root, index } = plainPlace(realPath(dir)) ?? (await askedPlace(dir));
  const folder = fs.mkdtempSync(join(tmpdir(), 'orchestra-index-'));
  const copy = join(folder, 'index');
  try {
    // The copy carries the file times, so that unchanged files are not read again.
    if (fs.existsSync(index)) copyWithTime(index, copy);
    const env = { GIT_INDEX_FILE: copy };
    const left = await stageAll(root, env);
    if (left !== '') more.tell?.(left);
    const making = gitOutput(root, ['write-tree'], { env });
    // The index stays until both have ended.
    const [tree, read] = await Promise.allSettled([making, more.staged?.(env)]);
    if (read.status === 'rejected') throw read.reason;
    if (tree.status === 'rejected') throw tree.reason;
    return tree.value.trim();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

// git takes a file as old as the index for possibly changed; a younger copy would hide such a change.
function copyWithTime(from: string, to: string): void {
  const { mtimeMs } = fs.statSync(from);
  fs.copyFileSync(from, to);
  fs.utimesSync(to, Math.floor(mtimeMs) / 1000, Math.floor(mtimeMs) / 1000);
}

interface Place {
  root: string;
  index: string;
}

async function askedPlace(dir: string): Promise<Place> {
  const args = ['--path-format=absolute', '--show-cdup', '--git-path', 'index'];
  const [up = '', ...rest] = (await gitOutput(dir, ['rev-parse', ...args])).split('\n');
  return { root: join(dir, up === '' ? '.' : up), index: rest.join('\n').replace(/\n$/, '') };
}

/** Whether a folder is surely in a working tree; false where only git can tell. No fork. */
export function isPlainlyInRepo(dir: string): boolean {
  return plainPlace(realPath(dir)) !== undefined;
}

/** The same without a fork, where nothing in the repository's configuration can put it elsewhere. */
function plainPlace(folder: string): Place | undefined {
  const gitDir = gitDirOf(folder);
  if (gitDir === null) return dirname(folder) === folder ? undefined : plainPlace(dirname(folder));
  if (!fs.existsSync(join(gitDir, 'HEAD'))) return undefined;
  if (plainSettings(commonDirOf(folder)) === undefined) return undefined;
  return { root: folder, index: join(gitDir, 'index') };
}
