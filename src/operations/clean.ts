import * as fs from 'node:fs';
import * as z from 'zod';
import { messageOf } from '../base/errors.ts';
import { commitOf } from '../git/git.ts';
import { forgetLanding } from '../git/landing-ref.ts';
import { type Removed, type RemoveRequest, removeWorktree } from '../git/remove.ts';
import { type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import { isFinished } from '../model/words.ts';
import { taskView } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { closeWindow, listWindows, type Pane } from '../tmux/windows.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  tasks: field(z.array(z.string()).default([]), {
    description: 'only these tasks (default: every task)',
    positional: true,
    value: 'TASK',
  }),
  ignored: field(z.boolean().optional(), {
    description: 'files that git ignores may go too, such as node_modules',
  }),
  rescue: field(z.boolean().optional(), {
    description: 'also what has not landed, kept on a ref; a task that is named is cleaned so',
  }),
  dryRun: field(z.boolean().optional(), { description: 'say what would be removed, change nothing' }),
});

/** `rescued` is the ref that keeps what had not landed; `untracked` files are in it, `ignored` ones are gone for good. */
type Gone = Pick<Removed, 'rescued' | 'untracked' | 'ignored'>;

interface Cleaned {
  removed: ({ task: string; what: string } & Partial<Gone>)[];
  kept: { task: string; why: string }[];
}

/** Removes what finished tasks have left beside their work. Logs, events and costs stay. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'clean',
  summary: 'remove worktrees, branches and windows of what is finished and landed; never work',
  effect: 'write',
  input,
  output: 'orchestra.clean/1',
  examples: ['orchestra clean --dry-run', 'orchestra clean task-5'],
  run(caller, { tasks, ignored, rescue, dryRun }) {
    return withWorld(caller, { write: dryRun !== true }, async (world) => {
      const named = tasks.map((task) => taskView(world.store, task));
      const views = tasks.length > 0 ? named : everyTask(world);
      const panes = await windowsOf(world);
      const cleaned: Cleaned = { removed: [], kept: [] };
      for (const view of views) {
        const named = tasks.length > 0;
        const options = {
          ignored: ignored === true,
          dryRun: dryRun === true,
          named,
          rescue: rescue ?? named,
        };
        await cleanTask(world, view, panes, cleaned, options);
      }
      return { documents: [{ schema: 'orchestra.clean/1', ...cleaned, dryRun: dryRun === true }] };
    });
  },
};

function everyTask(world: World): TaskView[] {
  return world.store.taskIds().flatMap((id) => viewTask(world.store.events(id)) ?? []);
}

async function windowsOf(world: World): Promise<Pane[]> {
  try {
    const panes = fs.existsSync(world.home.root) ? await listWindows(world.home) : 'no-server';
    return panes === 'no-server' ? [] : panes;
  } catch {
    // Without tmux there are no windows to close, and the rest can be done all the same.
    return [];
  }
}

interface Options {
  ignored: boolean;
  rescue: boolean;
  dryRun: boolean;
  named: boolean;
}

async function cleanTask(
  world: World,
  view: TaskView,
  panes: readonly Pane[],
  into: Cleaned,
  options: Options,
): Promise<void> {
  const windows = view.runs.filter((run) => panes.some((pane) => isPaneOf(pane, run)));
  const request = removalOf(view, options);
  const left = request === undefined ? false : await isThere(request);
  if (!isFinished(view.status)) {
    if (left || windows.length > 0 || options.named) into.kept.push({ task: view.id, why: whyOpen(view) });
    return;
  }
  if (!left && windows.length === 0) {
    if (options.named) into.kept.push({ task: view.id, why: 'nothing is left to remove but its logs' });
    return;
  }
  const what: string[] = [];
  let gone: Partial<Gone> = {};
  try {
    if (request !== undefined && left) {
      const { removed, branchDeleted, ...rest } = await removeWorktree(request);
      gone = rest;
      if (removed) what.push('worktree');
      if (branchDeleted) what.push(`branch ${request.branch}`);
    }
  } catch (error) {
    into.kept.push({ task: view.id, why: whyKept(error) });
    return;
  }
  if (request?.landing !== undefined && !options.dryRun) {
    await forgetLanding(request.root, request.landing.commit);
  }
  for (const { launch } of windows) {
    if (launch !== undefined && (options.dryRun || (await closeWindow(world.home, launch))))
      what.push(`window ${launch.window}`);
  }
  into.removed.push({ task: view.id, what: what.join(', '), ...shown(gone) });
}

// Nothing is said of what there was none of.
function shown({ rescued, untracked = [], ignored = [] }: Partial<Gone>): Partial<Gone> {
  return {
    ...(rescued && { rescued }),
    ...(untracked.length > 0 && { untracked }),
    ...(ignored.length > 0 && { ignored }),
  };
}

function isPaneOf(pane: Pane, { launch }: RunView): boolean {
  return (
    launch !== undefined &&
    pane.pane === launch.pane &&
    pane.server.pid === launch.server.pid &&
    pane.server.startTime === launch.server.startTime
  );
}

/** What to remove of a task; undefined when it worked in place. */
function removalOf(view: TaskView, { ignored, rescue, dryRun }: Options): RemoveRequest | undefined {
  const workplace = view.runs.at(-1)?.plan?.workplace;
  if (!workplace?.worktree || workplace.branch === null || workplace.base === null) return undefined;
  const { repo: root, dir, branch, base } = workplace;
  const { commit = null, landed = null, onto = null } = view.approved ?? {};
  return {
    root,
    dir,
    branch,
    onto: onto ?? base.branch,
    base: base.commit,
    landing: commit === null || landed === null ? undefined : { commit, landed },
    ignoredOk: ignored,
    ...(rescue && { rescueAs: view.id }),
    dryRun,
  };
}

async function isThere({ root, dir, branch }: RemoveRequest): Promise<boolean> {
  if (fs.existsSync(dir)) return true;
  return fs.existsSync(root) && (await commitOf(root, `refs/heads/${branch}`)) !== null;
}

function whyOpen(view: TaskView): string {
  if (view.status === 'review') return `it waits for you: orchestra approve ${view.id}`;
  if (view.status === 'blocked') return `it asks something: orchestra reply ${view.id} TEXT`;
  return `it is ${view.status}`;
}

function whyKept(error: unknown): string {
  return messageOf(error).replace(/; it was kept\.$/, '');
}
