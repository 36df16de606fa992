import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { readJson, writeAtomicSoon } from '../base/files.ts';
import { type Refs, refsOf } from '../git/ref-watch.ts';
import { inspectRepo } from '../git/repo.ts';
import { isPlainlyInRepo, snapshot } from '../git/snapshot.ts';
import { ensureWorktree } from '../git/worktree.ts';
import { type RunFiles, runFiles, runTag } from '../model/home.ts';
import type { Launch, Plan, Workplace } from '../model/plan.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { hasBegun, openRunWindow } from '../spawn/window.ts';
import { frugal } from './conductor-process.ts';
import { noteOutside } from './outside.ts';
import type { World } from './world.ts';

/**
 * Starts a planned run: worktree, then pane. Each step is safe to repeat, so that a conductor that died in between
 * leaves nothing that the next one can't go on with; the wrapper's claim keeps a run from starting twice.
 */
export async function startRun(world: World, plan: Plan): Promise<Launch> {
  const files = runFiles(world.home, plan.task, plan.run);
  if (!fs.existsSync(files.prompt)) {
    throw new OrchestraError('internal', `The run folder ${files.dir} has no prompt.`, {
      hint: 'orchestra doctor looks for such damage.',
    });
  }
  const tag = runTag(world.store.homeId, plan.task, plan.run);
  const viewer = viewerCommand(world, files);
  const preparing = prepare(world, plan, files);
  return openRunWindow({ home: world.home, files, plan, tag, viewer, preparing });
}

async function prepare({ home }: World, plan: Plan, files: RunFiles): Promise<void> {
  // An agent may be at work there already.
  if (hasBegun(files)) return;
  await noteOutside(home, plan, files, async () => {
    // git touches no refs but ours while it makes the worktree.
    await Promise.all([prepareWorkplace(plan.workplace, files), noteRefs(plan.workplace, files)]);
  });
}

/** Whether the agent of a task's last run has begun, noted or not. */
export function agentHasBegun(world: World, view: TaskView): boolean {
  const run = lastRun(view);
  return run !== undefined && hasBegun(runFiles(world.home, view.id, run.run));
}

async function prepareWorkplace(workplace: Workplace, files: RunFiles): Promise<void> {
  if (workplace.worktree && workplace.branch !== null && workplace.base !== null) {
    await ensureWorktree({
      root: workplace.repo,
      dir: workplace.dir,
      branch: workplace.branch,
      commit: workplace.base.commit,
    });
    return;
  }
  const before = beforeFile(files);
  if (workplace.worktree || fs.existsSync(before)) return;
  // Outside git there is nothing to note.
  if (isPlainlyInRepo(workplace.dir) || (await isInRepo(workplace.dir)))
    await writeAtomicSoon(before, JSON.stringify({ tree: await snapshot(workplace.dir) }));
}

async function isInRepo(dir: string): Promise<boolean> {
  const { kind } = await inspectRepo(dir);
  return kind === 'repo' || kind === 'empty';
}

// All worktrees share the refs: what an agent does to the user's can only be told from how they were.
async function noteRefs(workplace: Workplace, files: RunFiles): Promise<void> {
  const path = refsFile(files);
  if (!workplace.worktree || fs.existsSync(path)) return;
  await writeAtomicSoon(path, JSON.stringify(await refsOf(workplace.repo)));
}

function refsFile(files: RunFiles): string {
  return join(files.dir, 'refs.json');
}

/** The user's refs as the run found them; undefined where it does not know. */
export function refsBefore(files: RunFiles): Refs | undefined {
  return readJson(refsFile(files)) as Refs | undefined;
}

function beforeFile(files: RunFiles): string {
  return join(files.dir, 'before.json');
}

/** The tree that an in-place run found, or null outside git. */
export function treeBefore(files: RunFiles): string | null {
  const value = readJson(beforeFile(files)) as { tree?: unknown } | undefined;
  return typeof value?.tree === 'string' ? value.tree : null;
}

function viewerCommand(world: World, files: RunFiles): string[] {
  return [process.execPath, ...frugal, world.entry, 'pane', files.dir];
}
