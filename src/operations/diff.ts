import * as fs from 'node:fs';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { changesBetween } from '../git/changes.ts';
import { diffText } from '../git/diff-text.ts';
import { commitOf } from '../git/git.ts';
import { snapshot } from '../git/snapshot.ts';
import type { Workplace } from '../model/plan.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { taskView } from '../pipeline/task.ts';
import { withWorld } from './open-world.ts';
import { field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  stat: field(z.boolean().optional(), { description: 'only how much changed in which file' }),
  all: field(z.boolean().optional(), { description: 'the whole text, however long', short: 'a' }),
});

/** Bytes of text shown without `--all`. */
const mostBytes = 256 * 1024;

/** What a task has changed: what was checked, or what stands in its worktree while it runs. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'diff',
  summary: 'show what a task has changed',
  effect: 'read',
  input,
  output: 'orchestra.diff/1',
  examples: [
    'orchestra diff task-5',
    'orchestra diff task-5 --stat',
    'orchestra diff task-5 --all | git apply',
  ],
  run(caller, { task, stat, all }) {
    return withWorld(caller, { write: false }, async (world) => {
      const view = taskView(world.store, task);
      const span = await spanOf(view);
      const { repo, from, to } = span;
      const files = await changesBetween(repo, from, to);
      const limit = all ? Number.POSITIVE_INFINITY : mostBytes;
      const text = stat ? undefined : await diffText(repo, from, to, limit);
      const { repo: _, ...shown } = span;
      return { documents: [{ schema: 'orchestra.diff/1', task: view.id, ...shown, files, ...text }] };
    });
  },
};

/** The two commits or trees between which the change lies. `live` is true for files that nobody has committed yet. */
interface Span {
  repo: string;
  from: string;
  to: string;
  live: boolean;
}

async function spanOf(view: TaskView): Promise<Span> {
  const run = lastRun(view);
  const workplace = run?.plan?.workplace;
  const base = workplace?.base?.commit;
  if (!workplace?.worktree || base === undefined) {
    throw new OrchestraError('refused', `${view.id} has no worktree, so there is no change of its own.`, {
      hint:
        workplace === undefined ? `Wait for it: orchestra wait ${view.id}` : `git -C ${workplace.dir} diff`,
    });
  }
  const { repo } = workplace;
  if (!fs.existsSync(repo)) throw new OrchestraError('not_found', `The repository ${repo} is gone.`);
  const verified = run?.verdict?.commit ?? null;
  if (verified !== null && (await commitOf(repo, verified)) !== null)
    return { repo, from: base, to: verified, live: false };
  return { repo, from: base, ...(await present(view, workplace)) };
}

async function present(view: TaskView, workplace: Workplace): Promise<{ to: string; live: boolean }> {
  if (fs.existsSync(workplace.dir)) return { to: await snapshot(workplace.dir), live: true };
  const tip = await commitOf(workplace.repo, `refs/heads/${workplace.branch}`);
  if (tip !== null) return { to: tip, live: false };
  throw new OrchestraError('not_found', `${view.id} has neither a worktree nor a branch (${view.status}).`, {
    hint: `orchestra status ${view.id}`,
  });
}
