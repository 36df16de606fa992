import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { landBranch } from '../git/land.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import type { World } from './world.ts';

/** Where a task's work went. All null when it had nothing to land. */
export interface Landing {
  commit: string | null;
  onto: string | null;
  landed: string | null;
}

/**
 * Lands the verified commit of a task on the branch it started from, or on `onto`. Safe to repeat.
 * Throws `conflict` or `refused`, with nothing changed.
 */
export async function landTask(world: World, view: TaskView, onto?: string): Promise<Landing> {
  const run = lastRun(view);
  const workplace = run?.plan?.workplace;
  const verdict = run?.verdict;
  if (!workplace?.worktree || !verdict?.commit || verdict.commits.length === 0) {
    return { commit: null, onto: null, landed: null };
  }
  const branch = onto ?? workplace.base?.branch ?? null;
  if (branch === null) {
    throw new OrchestraError(
      'refused',
      `${view.id} started from a detached HEAD, so there is no branch to land on.`,
      {
        hint: `Name one: orchestra approve ${view.id} --onto BRANCH. The work is on ${workplace.branch}.`,
      },
    );
  }
  const { landed } = await landBranch({
    root: workplace.repo,
    commit: verdict.commit,
    onto: branch,
    message: `${view.title}\n\nOrchestra-Task: ${view.id}`,
    scratch: join(world.home.worktrees, '.landing'),
  });
  return { commit: verdict.commit, onto: branch, landed };
}
