import type { Progress } from '../model/report.ts';

export interface ToDo {
  text: string;
  state: 'open' | 'current' | 'done';
}

/** A tool's to-do list as progress, or null for an empty list. */
export function progressOf(list: readonly ToDo[]): Progress | null {
  if (list.length === 0) return null;
  return {
    done: list.filter((item) => item.state === 'done').length,
    total: list.length,
    current: list.find((item) => item.state === 'current')?.text ?? '',
  };
}
