import * as fs from 'node:fs';
import {
  type Lines,
  sharedLines,
  type TouchedLines,
  touchedBetween,
  touchedLines,
  translated,
} from '../git/touched-lines.ts';
import type { TaskId } from '../model/request.ts';
import type { Overlap } from '../model/status.ts';
import { lastRun, type TaskView, viewTask } from '../model/task-view.ts';
import type { TaskStatus } from '../model/words.ts';
import type { World } from './world.ts';

/** Lines that another unlanded task has changed too, as the commit has them that this one started from. */
export interface Collision {
  task: string;
  file: string;
  /** First and last; null when a file is new or binary. */
  lines: Lines | null;
}

/** Of one task, and of two. */
const mostShown = 20;

/** A task at work or waiting to land, where it works and from which commit. */
export interface OpenWork {
  task: TaskId;
  repo: string;
  dir: string;
  base: string;
  /** What was checked, as long as nobody works on it; null while an agent does. */
  commit: string | null;
}

/** What a task has changed so far; undefined for one that has landed, is over, or works in place. */
export function openWork(view: TaskView): OpenWork | undefined {
  const run = lastRun(view);
  const workplace = run?.plan?.workplace;
  if (view.approved !== undefined || !workplace?.worktree || workplace.base === null) return undefined;
  const { repo, dir, base } = workplace;
  const commit = run?.verdict?.commit ?? null;
  return fs.existsSync(dir) ? { task: view.id, repo, dir, base: base.commit, commit } : undefined;
}

/** Statuses in which a task has work that may still come to land. */
export const openStatuses: readonly TaskStatus[] = ['running', 'verifying', 'review', 'blocked', 'parked'];

/** Where a task changes the same lines as other open ones of its repository. Looks at their worktrees as they are now. */
export async function collisionsOf(world: World, view: TaskView): Promise<Collision[]> {
  const own = openWork(view);
  if (own === undefined) return [];
  const rivals = world.store
    .inStatus(...openStatuses)
    .filter((id) => id !== view.id)
    .flatMap((id) => viewTask(world.store.events(id)) ?? [])
    .flatMap((other) => openWork(other) ?? [])
    .filter(({ repo }) => repo === own.repo);
  if (rivals.length === 0) return [];
  const mine = await touched({ ...own, commit: null });
  const found: Collision[] = [];
  for (const rival of rivals) {
    const shared = await sharedWith(own, mine, rival, await touched(rival));
    found.push(...shared.map((place) => ({ task: rival.task, ...place })));
  }
  return found.slice(0, mostShown);
}

/** Where any two of these change the same lines; `touchedBy` gives what each has changed. */
export async function overlapsAmong(
  works: readonly OpenWork[],
  touchedBy: (work: OpenWork) => Promise<TouchedLines>,
): Promise<Overlap[]> {
  const known: { work: OpenWork; changed: TouchedLines }[] = [];
  const found: Overlap[] = [];
  for (const work of works) {
    const changed = await touchedBy(work);
    for (const other of known.filter((one) => one.work.repo === work.repo)) {
      const shared = await sharedWith(other.work, other.changed, work, changed);
      found.push(...shared.map((place) => ({ tasks: [other.work.task, work.task], ...place })));
    }
    known.push({ work, changed });
  }
  return found;
}

async function sharedWith(
  own: OpenWork,
  mine: TouchedLines,
  other: OpenWork,
  theirs: TouchedLines,
): Promise<Pick<Collision, 'file' | 'lines'>[]> {
  const both = new Map([...theirs].filter(([path]) => mine.has(path)));
  if (both.size === 0) return [];
  try {
    const shared = sharedLines(mine, await translated(own.repo, both, other.base, own.base));
    return shared.slice(0, mostShown);
  } catch {
    // A base that is gone tells nothing of lines.
    return [...both.keys()].map((file) => ({ file, lines: null }));
  }
}

/** What a task has changed; nothing where its worktree is being made or has been damaged. */
export async function touched({ repo, dir, base, commit }: OpenWork): Promise<TouchedLines> {
  try {
    return commit === null ? await touchedLines(dir, base) : await touchedBetween(repo, base, commit);
  } catch {
    return new Map();
  }
}
