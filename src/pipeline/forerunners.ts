import type { TaskId } from '../model/request.ts';
import { type TaskView, viewTask } from '../model/task-view.ts';
import { isFinished } from '../model/words.ts';
import type { Store } from '../store/store.ts';

type Events = Pick<Store, 'events'>;

/** The tasks that a queued one still waits for, as they stand. */
function forerunners(view: TaskView, store: Events): TaskView[] {
  if (view.status !== 'queued') return [];
  return (view.request.after ?? [])
    .flatMap((task: TaskId) => viewTask(store.events(task)) ?? [])
    .filter(({ status }) => !isFinished(status));
}

/** The view with what a queued task waits for as its reason, such as `after task-1 (review)`. */
export function explained(view: TaskView, store: Events): TaskView {
  const open = forerunners(view, store);
  if (open.length === 0) return view;
  const names = open.map(({ id, status }) => `${id} (${status})`).join(', ');
  return { ...view, reason: view.reason === '' ? `after ${names}` : `${view.reason}; after ${names}` };
}

/**
 * Whether a task goes on only when a person does something, with it or with one that it comes after. One that was parked
 * until `resume` when that had come already goes on by itself.
 */
export function waitsForSomebody(view: TaskView, store: Events, halted: boolean): boolean {
  if (view.status === 'review' || view.status === 'blocked') return true;
  if (view.status === 'parked') return view.parkedUntil === null && (halted || view.parkedFor !== 'resume');
  return forerunners(view, store).some((other) => waitsForSomebody(other, store, halted));
}
