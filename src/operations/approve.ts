import * as z from 'zod';
import { messageOf, OrchestraError } from '../base/errors.ts';
import { forgetLanding } from '../git/landing-ref.ts';
import { namesOf } from '../git/status.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { type LandingWishes, landTask } from '../pipeline/land-task.ts';
import { learnOutcome } from '../pipeline/learned.ts';
import { editsSinceChecks } from '../pipeline/stale.ts';
import { summaryOf, taskView, writeSummary } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, type Result, tasksArgument } from './operation.ts';

const input = z.object({
  tasks: tasksArgument,
  onto: field(z.string().optional(), {
    description: 'land on this branch instead of the one it started from',
    value: 'BRANCH',
  }),
  commit: field(z.string().optional(), {
    description: 'approve exactly this commit, as one that has changed since its checks needs',
    value: 'SHA',
  }),
  merge: field(z.boolean().optional(), {
    description: 'land with a merge commit where the branch has moved',
  }),
  squash: field(z.boolean().optional(), { description: 'land as one commit' }),
  rebase: field(z.boolean().optional(), { description: 'land commit by commit on top of the branch' }),
  override: field(z.array(z.string()).optional(), {
    description: 'let the findings of this rule pass, where it allows it; again for more',
    value: 'RULE',
  }),
  reason: field(z.string().trim().min(1).optional(), {
    description: 'why those findings may pass; kept with the approval',
    value: 'TEXT',
  }),
});
type Input = z.infer<typeof input>;

/** Lands reviewed work. Asking twice lands once. */
export const operation: Operation<Input> = {
  name: 'approve',
  summary: 'land the work of a task on the branch it started from',
  effect: 'write',
  input,
  output: 'orchestra.summary/1, one a task',
  examples: [
    'orchestra approve task-5',
    'orchestra approve task-5 task-6 --squash',
    'orchestra approve task-5 --onto develop',
    'orchestra approve task-5 --override existing-tests --reason "the wording has changed"',
  ],
  run(caller, given) {
    const wishes = wishesOf(given);
    return withWorld(caller, { write: true }, async (world) => {
      const views = [...new Set(given.tasks)].map((task) => taskView(world.store, task));
      for (const view of views) refuseUnlessReviewed(view);
      const result = await landInTurn(caller, world, views, wishes);
      learnOutcome(world);
      return result;
    });
  },
};

function wishesOf({ tasks, onto, commit, override = [], reason, ...modes }: Input): LandingWishes {
  const named = (['merge', 'squash', 'rebase'] as const).filter((mode) => modes[mode]);
  if (named.length > 1) {
    throw new OrchestraError('usage', `--${named[0]} and --${named[1]} exclude each other.`);
  }
  if (commit !== undefined && tasks.length > 1) {
    throw new OrchestraError('usage', '--commit stands for one task, and several are named.', {
      hint: 'Approve them one by one.',
    });
  }
  if (override.length > 0 && reason === undefined) {
    throw new OrchestraError('usage', `--override ${override[0]} needs a --reason.`, {
      hint: 'It is kept with the approval.',
    });
  }
  if (override.length === 0 && reason !== undefined) {
    throw new OrchestraError('usage', '--reason says why a rule may be overridden, and none is named.', {
      hint: 'orchestra status TASK names the rules; then: --override RULE --reason TEXT',
    });
  }
  const overrides = override.map((rule) => ({ rule, reason: reason ?? '' }));
  return { onto, commit, mode: named[0], overrides };
}

/** Each lands on top of the former. One that cannot is told, and the rest are tried all the same. */
async function landInTurn(
  caller: Caller,
  world: World,
  views: readonly TaskView[],
  wishes: LandingWishes,
): Promise<Result> {
  const documents: object[] = [];
  let exit = 0;
  for (const view of views) {
    try {
      documents.push(await approve(caller, world, view, wishes));
    } catch (error) {
      if (views.length === 1 || !(error instanceof OrchestraError)) throw error;
      exit = 1;
      const hint = error.hint === undefined ? '' : `\n  hint: ${error.hint}`;
      caller.notify({ kind: 'warning', text: `${view.id} has not landed: ${messageOf(error)}${hint}` });
      documents.push(summaryOf(world.home, view));
    }
  }
  return { documents, exit };
}

function refuseUnlessReviewed(view: TaskView): void {
  if (view.status === 'review' || view.approved !== undefined) return;
  const hint: Partial<Record<TaskView['status'], string>> = {
    failed: `See why: orchestra status ${view.id}. Its work is kept${branchOf(view)}.`,
    cancelled: `Its work is kept${branchOf(view)}. Run it again: orchestra retry ${view.id}`,
    blocked: `It needs an answer first: orchestra reply ${view.id} TEXT`,
    done: 'It worked in place or changed nothing, so there is nothing to approve.',
  };
  throw new OrchestraError(
    'refused',
    `${view.id} is ${view.status}, and only a task in review can be approved.`,
    {
      hint: hint[view.status] ?? `Wait for it: orchestra wait ${view.id}`,
    },
  );
}

function branchOf(view: TaskView): string {
  const branch = lastRun(view)?.plan?.workplace.branch;
  return branch ? ` on ${branch}` : '';
}

async function approve(caller: Caller, world: World, view: TaskView, wishes: LandingWishes): Promise<object> {
  const left = view.approved === undefined ? await editsSinceChecks(view, world.store.events(view.id)) : [];
  const approval = view.approved ?? (await landTask(world, view, wishes));
  if (view.approved === undefined) {
    world.store.appendWhen(view.id, (status) =>
      status === view.status
        ? [{ run: lastRun(view)?.run ?? 0, body: { type: 'approved', ...approval } }]
        : undefined,
    );
  }
  if (left.length > 0) {
    const text = `${view.id} landed as it was checked, without what was edited since and not committed: ${namesOf(left, 5)}.`;
    caller.notify({ kind: 'warning', text });
  }
  const repo = lastRun(view)?.plan?.workplace.repo;
  if (repo !== undefined && approval.commit !== null) await forgetLanding(repo, approval.commit);
  const after = taskView(world.store, view.id);
  writeSummary(world.home, after);
  return summaryOf(world.home, after);
}
