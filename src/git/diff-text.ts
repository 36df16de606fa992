import { clipBytes } from '../base/text.ts';
import { git, gitFailure } from './git.ts';

/** A unified diff. `bytes` is the whole length; `truncated` says that `text` is only its beginning. */
export interface DiffText {
  text: string;
  bytes: number;
  truncated: boolean;
}

const MOST_BYTES = 200 * 1024 * 1024;

/** The change between two commits or trees as `git apply` takes it, without the user's own ideas of how diffs look. */
export async function diffText(dir: string, from: string, to: string, limit: number): Promise<DiffText> {
  const flags = [
    '-p',
    '-M',
    '--full-index',
    '--binary',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--unified=3',
    '--submodule=short',
  ];
  // A binary patch that nobody reads is left out where the text is cut anyway.
  const args = limit < MOST_BYTES ? flags.filter((flag) => flag !== '--binary') : flags;
  const found = await git(dir, ['diff-tree', '-r', ...args, from, to, '--'], { timeoutMs: 300_000 });
  if (found.code !== 0) throw gitFailure(`The change in ${dir} could not be read`, found);
  const bytes = Buffer.byteLength(found.stdout);
  if (bytes <= limit) return { text: found.stdout, bytes, truncated: false };
  const cut = clipBytes(found.stdout, limit);
  return { text: cut.slice(0, cut.lastIndexOf('\n') + 1), bytes, truncated: true };
}
