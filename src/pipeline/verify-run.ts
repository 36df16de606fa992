import * as fs from 'node:fs';
import { changesBetween, measure } from '../git/changes.ts';
import { commitAll } from '../git/commit.ts';
import { snapshot } from '../git/snapshot.ts';
import { runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { TaskView } from '../model/task-view.ts';
import type { Verdict } from '../model/verdict.ts';
import { runChecks } from '../verify/checks.ts';
import { treeBefore } from './start-run.ts';
import type { World } from './world.ts';

/** Measures what a run has done: commits what the agent left, reads the change from git, runs the checks. */
export async function verifyRun(
  world: World,
  view: TaskView,
  plan: Plan,
  options: { withChecks: boolean; warn: (message: string) => void },
): Promise<Verdict> {
  const files = runFiles(world.home, plan.task, plan.run);
  const change = plan.workplace.worktree
    ? await changeInWorktree(view, plan, options.warn)
    : await changeInPlace(plan, treeBefore(files));
  const checks = options.withChecks
    ? await runChecks(plan.checks, {
        dir: plan.workplace.dir,
        runDir: files.dir,
        env: plan.baseEnv,
        // Not the run's own tag: its wrapper may still be showing the end in the pane.
        tag: `${runTag(world.store.homeId, plan.task, plan.run)}/checks`,
        timeoutSeconds: plan.limits.checkTimeoutSeconds,
        commit: change.commit,
      })
    : [];
  return { ...change, checks };
}

type Change = Omit<Verdict, 'checks'>;

async function changeInWorktree(
  view: TaskView,
  plan: Plan,
  warn: (message: string) => void,
): Promise<Change> {
  const { repo, dir, base, branch } = plan.workplace;
  if (base === null || branch === null) return { commit: null, files: null, commits: [] };
  const message = `${view.title}\n\nOrchestra-Task: ${view.id}`;
  const saved = await commitAll({ root: repo, dir, branch, message, task: plan.task });
  for (const note of saved.notes) warn(note);
  return fs.existsSync(dir)
    ? measure(dir, base.commit, saved.head ?? undefined)
    : { commit: saved.head, files: null, commits: [] };
}

async function changeInPlace(plan: Plan, before: string | null): Promise<Change> {
  if (before === null) return { commit: null, files: null, commits: [] };
  const after = await snapshot(plan.workplace.dir);
  return { commit: null, files: await changesBetween(plan.workplace.dir, before, after), commits: [] };
}
