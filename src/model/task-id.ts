/** What a task id looks like: `task-` and a number from 1. */
export const taskIdPattern = /^task-[1-9]\d{0,9}$/;

/** The number in a task id. */
export function taskNumber(id: string): number {
  return Number(id.slice('task-'.length));
}
