import * as fs from 'node:fs';
import { sharedLines, type TouchedLines, touchedLines } from '../git/touched-lines.ts';
import type { Workplace } from '../model/plan.ts';
import { lastRun, type TaskView, viewTask } from '../model/task-view.ts';
import type { World } from './world.ts';

/** Lines of the same base that two unlanded tasks have both changed. */
export interface Collision {
  task: string;
  file: string;
  /** First and last, in the commit that both started from. */
  lines: [number, number];
}

const mostShown = 20;

/**
 * Where a task changes the same lines as another one of its repository that started from the same commit and has not
 * landed. Looks at the worktrees as they are now: one fork a task.
 */
export async function collisionsOf(world: World, view: TaskView): Promise<Collision[]> {
  const own = openWorkplace(view);
  if (own === undefined) return [];
  const rivals = world.store
    .inStatus('running', 'verifying', 'review', 'blocked', 'parked')
    .filter((id) => id !== view.id)
    .flatMap((id) => viewTask(world.store.events(id)) ?? [])
    .flatMap((other) => {
      const place = openWorkplace(other);
      const same = place?.repo === own.repo && place.base?.commit === own.base?.commit;
      return place !== undefined && same ? [{ task: other.id, place }] : [];
    });
  if (rivals.length === 0) return [];
  const mine = await touched(own);
  if (mine.size === 0) return [];
  const found: Collision[] = [];
  for (const { task, place } of rivals) {
    for (const { file, lines } of sharedLines(mine, await touched(place))) found.push({ task, file, lines });
  }
  return found.slice(0, mostShown);
}

function openWorkplace(view: TaskView): Workplace | undefined {
  const workplace = lastRun(view)?.plan?.workplace;
  const open = view.approved === undefined && workplace?.worktree && workplace.base !== null;
  return open && fs.existsSync(workplace.dir) ? workplace : undefined;
}

// A worktree that is being made or has been damaged tells nothing.
async function touched({ dir, base }: Workplace): Promise<TouchedLines> {
  try {
    return await touchedLines(dir, base?.commit ?? 'HEAD');
  } catch {
    return new Map();
  }
}
