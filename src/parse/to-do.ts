import type { Progress } from '../model/report.ts';
import { nameOf, objectsOf, textOf } from './field.ts';

export interface ToDo {
  text: string;
  state: 'open' | 'current' | 'done';
}

const states: Record<string, ToDo['state']> = {
  in_progress: 'current',
  completed: 'done',
  cancelled: 'done',
};

/** A tool's to-do list as progress, or null for an empty list. */
export function progressOf(list: readonly ToDo[]): Progress | null {
  if (list.length === 0) return null;
  return {
    done: list.filter((item) => item.state === 'done').length,
    total: list.length,
    current: list.find((item) => item.state === 'current')?.text ?? '',
  };
}

/** The progress of a list whose items carry a `status`; `words` are where an item says what is to do. */
export function progressByStatus(list: unknown, ...words: readonly string[]): Progress | null {
  return progressOf(
    objectsOf(list).map((item) => {
      const status = (nameOf(item.status) ?? '').toLowerCase().replace(/^todo_status_/, '');
      const text = words.map((word) => textOf(item[word], 200)).find((one) => one);
      return { text: text ?? '', state: Object.hasOwn(states, status) ? (states[status] ?? 'open') : 'open' };
    }),
  );
}

/** A plan on one line: how much is done, and what is being done. */
export function planText({ done, total, current }: Progress): string {
  return `${done}/${total} ${current}`.trimEnd();
}
