import { join } from 'node:path';
import { readIfExists } from '../base/files.ts';
import { commonDirOf } from './layout.ts';

/** The commit a branch is at, read from its ref without a fork; null when there is none or it is kept otherwise. */
export function branchTip(root: string, branch: string): string | null {
  try {
    const common = commonDirOf(root);
    const ref = `refs/heads/${branch}`;
    const loose = readIfExists(join(common, ref))?.trim();
    if (loose !== undefined) return isSha(loose) ? loose : null;
    const packed = readIfExists(join(common, 'packed-refs')) ?? '';
    const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
    const sha = line?.slice(0, line.indexOf(' ')) ?? '';
    return isSha(sha) ? sha : null;
  } catch {
    return null;
  }
}

/** Whether the text is the whole id of an object. */
export function isSha(text: string): boolean {
  return /^[0-9a-f]{40,64}$/.test(text);
}
