import type { TaskView } from '../model/task-view.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { learnOutcome } from '../pipeline/learned.ts';
import { type NextRun, requestRun } from '../pipeline/request-run.ts';
import { summaryOf, taskView } from '../pipeline/task.ts';
import { exitStatusOf, waitForTasks } from '../pipeline/wait.ts';
import type { World } from '../pipeline/world.ts';
import { checkTmux } from '../tmux/server.ts';
import { withWorld } from './open-world.ts';
import type { Caller, Result } from './operation.ts';
import { progressText } from './progress-text.ts';
import { warnOfVersions } from './version-warning.ts';

/** Asks for one more run of a task and waits for it, unless `detach`. `refuse` looks at the task beforehand. */
export async function runAgain(
  caller: Caller,
  task: string,
  next: NextRun | ((world: World, view: TaskView) => Promise<NextRun>),
  detach: boolean,
  refuse: (view: TaskView) => void,
): Promise<Result> {
  await checkTmux(caller.env);
  return withWorld(caller, { write: true }, async (world) => {
    const view = taskView(world.store, task);
    refuse(view);
    const wanted = typeof next === 'function' ? await next(world, view) : next;
    const { plan, tool } = requestRun(world, view, wanted, { cwd: caller.cwd, env: caller.env });
    caller.notify({ kind: 'info', text: `${view.id} run ${plan.run}: ${plan.steps[1]}` });
    ensureConductor(world);
    await warnOfVersions(caller, world, [{ tool, task: view.id, run: plan.run }]);
    learnOutcome(world);
    const views = detach
      ? undefined
      : await waitForTasks(world, [view.id], caller.signal, (now) =>
          caller.notify({ kind: 'progress', task: now.id, text: progressText(now) }),
        );
    const [settled] = views ?? [];
    if (settled !== undefined)
      return { documents: [summaryOf(world.home, settled)], exit: exitStatusOf(settled) };
    const now = taskView(world.store, view.id);
    return {
      documents: [{ schema: 'orchestra.task/1', task: now.id, status: now.status, route: now.route }],
      exit: detach ? 0 : 130,
    };
  });
}
