import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { branchTip } from '../git/branch-tip.ts';
import { namesOf, statusOf } from '../git/status.ts';
import type { OrchestraEvent } from '../model/event.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';

/**
 * Why the verdict of a task no longer speaks of its work, or null: its branch has moved since, or files in its worktree
 * were edited. `events` are the task's.
 */
export async function staleNote(view: TaskView, events: readonly OrchestraEvent[]): Promise<string | null> {
  const run = lastRun(view);
  const workplace = run?.plan?.workplace;
  const commit = run?.verdict?.commit ?? null;
  if (!workplace?.branch || commit === null || view.approved !== undefined) return null;
  const tip = branchTip(workplace.repo, workplace.branch);
  if (tip !== null && tip !== commit)
    return `stale: ${workplace.branch} is at ${tip.slice(0, 12)} now, and ${commit.slice(0, 12)} was checked`;
  const edited = await editsSinceChecks(view, events);
  if (edited.length === 0) return null;
  return `stale: edited since and not committed, so neither checked nor landed: ${namesOf(edited, 5)}`;
}

/** Files in the worktree of a task that are not committed and younger than its verdict: older ones the checks have left. */
export async function editsSinceChecks(view: TaskView, events: readonly OrchestraEvent[]): Promise<string[]> {
  const run = lastRun(view);
  const { worktree = false, dir = '' } = run?.plan?.workplace ?? {};
  const verified = events.findLast(({ type, run: number }) => type === 'verified' && number === run?.run);
  if (verified === undefined || !worktree || !fs.existsSync(dir)) return [];
  try {
    const { changed, unmerged, untracked } = await statusOf(dir);
    const since = Date.parse(verified.at);
    return [...changed, ...unmerged, ...untracked].filter((path) => changedAt(dir, path) > since);
  } catch {
    // A damaged worktree tells nothing.
    return [];
  }
}

// Of a file that is gone its folder knows.
function changedAt(dir: string, path: string): number {
  const stat =
    fs.lstatSync(join(dir, path), { throwIfNoEntry: false }) ??
    fs.lstatSync(dirname(join(dir, path)), { throwIfNoEntry: false });
  return stat?.mtimeMs ?? 0;
}
