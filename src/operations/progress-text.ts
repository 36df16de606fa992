import { clockTime } from '../base/time.ts';
import { lastRun, type TaskView, taskCost } from '../model/task-view.ts';
import { formatUsd } from './money.ts';

/** Where a task stands, in a few words. */
export function progressText(view: TaskView): string {
  const run = lastRun(view);
  const parts: string[] = [view.status];
  if (run?.plan !== undefined) parts.push(run.plan.tool);
  if (view.progress !== null)
    parts.push(`${view.progress.done}/${view.progress.total} ${view.progress.current}`.trim());
  const cost = taskCost(view);
  if (cost.usd !== null && cost.usd > 0) parts.push(formatUsd(cost));
  if (view.parkedUntil !== null) parts.push(`until ${clockTime(view.parkedUntil)}`);
  if (view.reason !== '') parts.push(view.reason);
  return parts.join(' · ');
}
