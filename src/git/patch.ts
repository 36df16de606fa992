import { join } from 'node:path';
import type { Patch, PatchFile } from '../model/patch.ts';
import { git, gitFailure } from './git.ts';
import { commonDirOf } from './layout.ts';

// git treats larger ones as binary.
const LARGEST_FILE = '4m';

/**
 * What lies between two commits or trees, line by line, with no renames; null when it is too large to be read (over
 * 256 MB). No drivers or external programs of the repository have a say.
 */
export async function patchBetween(dir: string, from: string, to: string): Promise<Patch | null> {
  if (from === to) return [];
  const flags = ['-r', '-z', '--raw', '-p', '--unified=0', '--no-renames', '--no-color', '--no-ext-diff'];
  const more = ['--no-textconv', '--ignore-submodules=none', '--no-indent-heuristic', '--src-prefix=a/'];
  const config = ['-c', `core.bigFileThreshold=${LARGEST_FILE}`, '-c', 'diff.suppressBlankEmpty=false'];
  const common = commonDirOf(dir);
  // Without work tree and index no attributes count: a change must not hide itself behind `* -diff`.
  const env = { GIT_DIR: common, GIT_WORK_TREE: common, GIT_INDEX_FILE: join(common, 'no-index') };
  const finished = await git(common, [...config, 'diff-tree', ...flags, ...more, from, to, '--'], {
    timeoutMs: 300_000,
    env,
  });
  if (finished.code === 0) return parsePatch(finished.stdout);
  // Cut off by our own limit: git is ended, or finds its pipe closed.
  if (finished.code === null || finished.stdout.length > 200 * 1024 * 1024) return null;
  throw gitFailure(`git diff-tree failed in ${dir}`, finished);
}

/** The answer of `git diff-tree -z --raw -p --unified=0 --no-renames`: records, an empty field, then the patch. */
export function parsePatch(output: string): Patch {
  const files: PatchFile[] = [];
  let at = 0;
  while (output[at] === ':') {
    const middle = output.indexOf('\0', at);
    const end = output.indexOf('\0', middle + 1);
    files.push(emptyFile(output.slice(at, middle).split(' ')[4] ?? '', output.slice(middle + 1, end)));
    at = end + 1;
  }
  if (output[at] === '\0') at += 1;
  readSections(files, output.slice(at));
  return files;
}

function emptyFile(letter: string, path: string): PatchFile {
  const change = ({ A: 'added', D: 'deleted', T: 'type-changed' } as const)[letter] ?? 'modified';
  return { path, change, opaque: false, added: [], removed: 0 };
}

// Sections come in the order of the records; a changed type is two of them: the old one goes, the new one comes.
function readSections(files: readonly PatchFile[], text: string): void {
  const owners = files.flatMap((file) => (file.change === 'type-changed' ? [file, file] : [file]));
  let index = -1;
  let inHunk = false;
  let line = 0;
  for (const content of text.split('\n')) {
    const file = owners[index];
    const start = /^@@ -\S+ \+(\d+)(?:,\d+)? @@/.exec(content)?.[1];
    if (content.startsWith('diff --git ')) {
      index += 1;
      inHunk = false;
    } else if (file === undefined) continue;
    else if (start !== undefined) {
      inHunk = true;
      line = Number(start);
      if (file.change === 'modified') file.first ??= Math.max(1, line);
    } else if (!inHunk) file.opaque ||= content.startsWith('Binary files ');
    else if (content.startsWith('-')) file.removed += 1;
    else if (content.startsWith('+')) {
      file.added.push({ line, text: content.slice(1) });
      line += 1;
    }
  }
}

/** The text of a file in a commit or tree; null where there is no such file. */
export async function textIn(root: string, tree: string, path: string): Promise<string | null> {
  const finished = await git(root, ['cat-file', 'blob', `${tree}:${path}`]);
  return finished.code === 0 ? finished.stdout : null;
}
