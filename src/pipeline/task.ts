import { OrchestraError } from '../base/errors.ts';
import { readJson, writeAtomic, writeAtomicSoon } from '../base/files.ts';
import { type Home, runFiles } from '../model/home.ts';
import type { Launch } from '../model/plan.ts';
import { Report } from '../model/report.ts';
import { TaskId } from '../model/request.ts';
import type { Summary } from '../model/summary.ts';
import { lastRun, type TaskView, viewTask } from '../model/task-view.ts';
import { summarize } from '../settle/summary.ts';
import type { Store } from '../store/store.ts';

/** The task with this id. Throws `usage` for what is no id, `not_found` for an unknown one. */
export function taskView(store: Store, id: string): TaskView {
  const parsed = TaskId.safeParse(/^\d+$/.test(id) ? `task-${id}` : id);
  if (!parsed.success) {
    throw new OrchestraError('usage', `"${id}" is not a task.`, {
      hint: 'Tasks are named task-1, task-2, … (orchestra status).',
    });
  }
  const view = viewTask(store.events(parsed.data));
  if (view === undefined) {
    throw new OrchestraError('not_found', `There is no ${parsed.data}.`, {
      hint: 'orchestra status --all lists every task.',
    });
  }
  return view;
}

/** Where the last run of a task is shown. Throws `not_found` while there is no pane. */
export function launchOf(view: TaskView): Launch {
  const launch = lastRun(view)?.launch;
  if (launch !== undefined) return launch;
  throw new OrchestraError('not_found', `${view.id} has no pane yet (${view.status}).`, {
    hint: `orchestra status ${view.id}`,
  });
}

/** The report that stands in a run's folder, or undefined. */
export function storedReport(home: Home, task: string, run: number): Report | undefined {
  const parsed = Report.safeParse(readJson(runFiles(home, task, run).report));
  return parsed.success ? parsed.data : undefined;
}

/** What a command gives that does not wait for its task: `orchestra.task/1`. */
export function taskDocument(view: TaskView): object {
  return { schema: 'orchestra.task/1', task: view.id, status: view.status, route: view.route };
}

/** Tasks that are looked through for a nonce: it is that of one that has just been stored, or of none. */
const LATEST = 1000;

/** The task that was stored with this nonce, if any. */
export function taskOfNonce(store: Store, nonce: string): string | undefined {
  const latest = store.taskIds().slice(-LATEST).reverse();
  return latest.find((task) => viewTask(store.events(task))?.request.nonce === nonce);
}

/** The summary of a task as it stands now. */
export function summaryOf(home: Home, view: TaskView): Summary {
  const run = lastRun(view)?.run ?? 1;
  return summarize(view, storedReport(home, view.id, run), runFiles(home, view.id, run).dir);
}

/** Writes the summary of a task as it stands now into the folder of its last run. */
export function writeSummary(home: Home, view: TaskView): void {
  const run = lastRun(view)?.run ?? 1;
  writeAtomic(runFiles(home, view.id, run).summary, summaryText(summaryOf(home, view)));
}

/** The same of a task whose report is at hand. It is there when the promise has settled. */
export function writeSummarySoon(home: Home, view: TaskView, report: Report): Promise<void> {
  const files = runFiles(home, view.id, lastRun(view)?.run ?? 1);
  return writeAtomicSoon(files.summary, summaryText(summarize(view, report, files.dir)));
}

/** What stands in `summary.json`. */
export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary)}\n`;
}
