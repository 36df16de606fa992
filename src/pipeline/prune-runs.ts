import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson, writeAtomic } from '../base/files.ts';
import { type RunFiles, runFiles } from '../model/home.ts';
import type { TaskId } from '../model/request.ts';
import { type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import { isFinished } from '../model/words.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 3600 * 1000;
// The event loop gets its turn after so many tasks.
const BATCH = 50;

/** What a run has printed: how much, and when it was last written (milliseconds since 1970). */
interface Printed {
  task: TaskId;
  files: RunFiles;
  bytes: number;
  at: number;
}

/** When and why what a run had printed was removed. */
export interface Pruned {
  at: string;
  why: string;
}

/** What was said when the run was pruned; undefined when it was not. */
export function prunedRun(files: RunFiles): Pruned | undefined {
  return readJson(files.pruned) as Pruned | undefined;
}

/**
 * Removes what finished runs have printed: what is older than `keepDays`, then the oldest until all is below
 * `keepGigabytes`. Reports, summaries and the ledger stay, and so does all of a task that is not finished, waits for
 * its review, or has work that did not land.
 */
export async function pruneRuns(
  { home, store }: Pick<World, 'home' | 'store'>,
  { keepDays, keepGigabytes }: { keepDays: number; keepGigabytes: number },
  now = Date.now(),
): Promise<{ runs: number; bytes: number }> {
  const printed: Printed[] = [];
  const finished = new Set(store.heads().flatMap(({ task, status }) => (isFinished(status) ? [task] : [])));
  let total = 0;
  for (const [index, task] of store.taskIds().entries()) {
    if (index % BATCH === BATCH - 1) await new Promise((resolve) => setImmediate(resolve));
    for (const run of printedBy(home, task)) {
      total += run.bytes;
      if (finished.has(task)) printed.push(run);
    }
  }
  printed.sort((a, b) => a.at - b.at);
  const done = { runs: 0, bytes: 0 };
  for (const run of printed) {
    const old = now - run.at > keepDays * DAY_MS;
    if (!old && total - done.bytes <= keepGigabytes * 1e9) break;
    if (!mayGo(viewTask(store.events(run.task)))) continue;
    const why = old
      ? `being older than ${keepDays} days (keepDays)`
      : `to keep all runs below ${keepGigabytes} GB (keepGigabytes)`;
    remove(run, { at: new Date(now).toISOString(), why });
    done.runs += 1;
    done.bytes += run.bytes;
  }
  return done;
}

function mayGo(view: TaskView | undefined): boolean {
  if (view === undefined || !isFinished(view.status)) return false;
  return view.status === 'done' || view.runs.every((run) => run.launch === undefined || leftNothing(run));
}

// What nobody has measured may be there.
function leftNothing({ plan, verdict }: RunView): boolean {
  return plan?.workplace.worktree === false || verdict?.commits.length === 0;
}

function printedBy(home: World['home'], task: TaskId): Printed[] {
  const runs = namesIn(join(home.runs, task)).filter((name) => /^[1-9]\d*$/.test(name));
  return runs.flatMap((name) => {
    const files = runFiles(home, task, Number(name));
    const stats = bulk(files).flatMap((path) => fs.statSync(path, { throwIfNoEntry: false }) ?? []);
    const bytes = stats.reduce((sum, stat) => sum + stat.size, 0);
    return stats.length === 0
      ? []
      : [{ task, files, bytes, at: Math.max(...stats.map((stat) => stat.mtimeMs)) }];
  });
}

function bulk(files: RunFiles): string[] {
  const checks = namesIn(files.dir).filter((name) => /^check-\d+\.output$/.test(name));
  return [files.output, files.stderr, ...checks.map((name) => join(files.dir, name))];
}

// The word comes first: whoever misses the output finds it.
function remove({ files }: Printed, pruned: Pruned): void {
  writeAtomic(files.pruned, `${JSON.stringify(pruned)}\n`);
  for (const path of bulk(files)) fs.rmSync(path, { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
