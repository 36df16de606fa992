import type { TaskId } from '../model/request.ts';
import { isFinished, type TaskStatus, taskStatuses } from '../model/words.ts';
import type { Database } from './database.ts';
import { taskId } from './events.ts';

/** A task and the status its events put it into. */
export interface Head {
  task: TaskId;
  status: TaskStatus;
}

interface Row {
  task: number;
  status: TaskStatus;
}

const finishedStatuses = taskStatuses.filter(isFinished);

/** The status of every task, in the order of creation. */
export function allHeads(db: Database): Head[] {
  return db
    .all<Row>('select task, status from heads order by task')
    .map(({ task, status }) => ({ task: taskId(task), status }));
}

/** The tasks in one of these statuses, in the order of creation. */
export function headsIn(db: Database, statuses: readonly TaskStatus[]): TaskId[] {
  const rows = db.all<Row>(
    `select task from heads where status in (${marks(statuses)}) order by task`,
    ...statuses,
  );
  return rows.map(({ task }) => taskId(task));
}

/** The last `limit` finished tasks, the latest first. */
export function finishedHeads(db: Database, limit: number): TaskId[] {
  // The latest of each status, then the latest of these: the index gives each in its order.
  const latest = 'select * from (select task, seq from heads where status = ? order by seq desc limit ?)';
  const rows = db.all<Row>(
    `${finishedStatuses.map(() => latest).join(' union all ')} order by seq desc limit ?`,
    ...finishedStatuses.flatMap((status) => [status, limit]),
    limit,
  );
  return rows.map(({ task }) => taskId(task));
}

/** How many tasks are in each status; one without tasks is absent. */
export function headCounts(db: Database): Partial<Record<TaskStatus, number>> {
  const rows = db.all<{ status: TaskStatus; count: number }>(
    'select status, count(*) as count from heads group by status',
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** The sequence number of the last event, 0 when there is none. */
export function lastSeq(db: Database): number {
  return db.get<{ seq: number | null }>('select max(seq) as seq from events')?.seq ?? 0;
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
