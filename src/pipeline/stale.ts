import { branchTip } from '../git/branch-tip.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';

/** Why the verdict of a task no longer speaks of its branch, or null: checks were run on another commit. */
export function staleNote(view: TaskView): string | null {
  const run = lastRun(view);
  const { branch = null, repo = '' } = run?.plan?.workplace ?? {};
  const commit = run?.verdict?.commit ?? null;
  if (branch === null || commit === null || view.approved !== undefined) return null;
  const tip = branchTip(repo, branch);
  if (tip === null || tip === commit) return null;
  return `stale: ${branch} is at ${tip.slice(0, 12)} now, and ${commit.slice(0, 12)} was checked`;
}
