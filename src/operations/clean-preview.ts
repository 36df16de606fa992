import * as fs from 'node:fs';
import { commitOf, isAncestor } from '../git/git.ts';
import type { RemoveRequest } from '../git/remove.ts';
import { namesOf, statusOf } from '../git/status.ts';

/** Whether the task's branch is still there. False when its repository is gone. */
export async function branchThere({ root, branch }: RemoveRequest): Promise<boolean> {
  return fs.existsSync(root) && (await commitOf(root, `refs/heads/${branch}`)) !== null;
}

/** Why a removal would be refused, as far as that can be told without trying; undefined when nothing is in the way. */
export async function inTheWay(request: RemoveRequest): Promise<string | undefined> {
  const { root, dir, branch, onto, base } = request;
  if (!fs.existsSync(root)) return `its repository ${root} is gone`;
  if (fs.existsSync(dir)) {
    const status = await statusOf(dir, { ignored: true });
    const changed = [...status.changed, ...status.unmerged];
    if (changed.length > 0) return `${dir} holds uncommitted changes in ${namesOf(changed)}`;
    if (status.untracked.length > 0) return `${dir} holds untracked ${namesOf(status.untracked)}`;
    if (status.ignored.length > 0 && request.ignoredOk !== true)
      return `${dir} holds ignored ${namesOf(status.ignored)}`;
  }
  const tip = await commitOf(root, `refs/heads/${branch}`);
  const known = [base, onto === null ? undefined : `refs/heads/${onto}`];
  for (const name of known) {
    const commit = name === undefined ? null : await commitOf(root, name);
    if (tip === null || (commit !== null && (await isAncestor(root, tip, commit)))) return undefined;
  }
  return `${branch} has commits that have not landed`;
}
