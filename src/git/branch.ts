import { gitOutput } from './git.ts';
import { refsInFiles } from './ref-files.ts';

const heads = 'refs/heads/';

/** The names of all branches. */
export async function branchNames(root: string): Promise<string[]> {
  const files = refsInFiles(root);
  if (files !== undefined)
    return [...files.keys()].filter((name) => name.startsWith(heads)).map((name) => name.slice(heads.length));
  const output = await gitOutput(root, ['for-each-ref', '--format=%(refname)', heads]);
  const names = output.split('\n').filter((line) => line !== '');
  return names.map((name) => name.slice(heads.length));
}

/**
 * A branch name that can be made beside these: `wanted`, else `wanted-2`, `wanted-3`, … Where a branch `a` forbids
 * `a/b`, it becomes `a-b`. Names that differ only in case count as taken, since some disks cannot tell them apart.
 */
export function freeName(wanted: string, names: readonly string[]): string {
  const taken = names.map((name) => name.toLowerCase());
  const branches = new Set(taken);
  const folders = new Set(taken.flatMap(parentsOf));
  const possible = flatten(wanted, branches);
  const isFree = (name: string) => !branches.has(name.toLowerCase()) && !folders.has(name.toLowerCase());
  let name = possible;
  for (let count = 2; !isFree(name); count += 1) name = `${possible}-${count}`;
  return name;
}

/** `freeName` beside the branches of a repository. */
export async function freeBranchName(root: string, wanted: string): Promise<string> {
  return freeName(wanted, await branchNames(root));
}

function parentsOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function flatten(wanted: string, branches: ReadonlySet<string>): string {
  const blocking = parentsOf(wanted).find((parent) => branches.has(parent.toLowerCase()));
  if (blocking === undefined) return wanted;
  return flatten(`${blocking}-${wanted.slice(blocking.length + 1)}`, branches);
}
