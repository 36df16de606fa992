import type { TaskId } from '../model/request.ts';
import { isFinished, type TaskStatus } from '../model/words.ts';
import type { Database } from './database.ts';
import { taskId } from './events.ts';

/** A task and the status its events put it into. */
export interface Head {
  task: TaskId;
  status: TaskStatus;
}

type Row = [task: number, seq: number, status: TaskStatus];

const ALL = `select task, max(seq), status from events indexed by statuses_of_task
  where status is not null group by task`;
const NEW = 'select task, seq, status from events where seq > ? and status is not null order by seq';

/**
 * The status of every task: read once from the index, then kept up with the events that came since. Kept as two lists
 * by task number, since with many tasks an object for each costs more than the query.
 */
export class Heads {
  readonly #db: Database;
  #statuses: (TaskStatus | undefined)[] = [];
  #seqs: number[] = [];
  #seq = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Drops what was read, for instance after a transaction that was taken back. */
  forget(): void {
    this.#statuses = [];
    this.#seqs = [];
    this.#seq = 0;
  }

  /** Every task in the order of creation. */
  all(): Head[] {
    const heads: Head[] = [];
    this.#each((number, status) => heads.push({ task: taskId(number), status }));
    return heads;
  }

  /** The tasks in one of these statuses, in the order of creation. */
  inStatus(wanted: ReadonlySet<TaskStatus>): TaskId[] {
    const tasks: TaskId[] = [];
    this.#each((number, status) => wanted.has(status) && tasks.push(taskId(number)));
    return tasks;
  }

  /** The last `limit` finished tasks, the latest first. */
  finished(limit: number): TaskId[] {
    const seqs: number[] = [];
    const bySeq = new Map<number, number>();
    this.#each((_number, status, seq) => isFinished(status) && seqs.push(seq));
    const latest = Float64Array.from(seqs).sort().reverse().subarray(0, limit);
    const oldest = latest.at(-1) ?? Number.POSITIVE_INFINITY;
    this.#each((number, status, seq) => seq >= oldest && isFinished(status) && bySeq.set(seq, number));
    return [...latest].map((seq) => taskId(bySeq.get(seq) as number));
  }

  /** How many tasks are in each status; one without tasks is absent. */
  counts(): Partial<Record<TaskStatus, number>> {
    const counts: Partial<Record<TaskStatus, number>> = {};
    this.#each((_number, status) => {
      counts[status] = (counts[status] ?? 0) + 1;
    });
    return counts;
  }

  #each(visit: (number: number, status: TaskStatus, seq: number) => void): void {
    this.#catchUp();
    for (let number = 1; number < this.#statuses.length; number += 1) {
      const status = this.#statuses[number];
      if (status !== undefined) visit(number, status, this.#seqs[number] as number);
    }
  }

  #catchUp(): void {
    // Taken first: an event that comes in between is read now and once more, which changes nothing.
    const last = lastSeq(this.#db);
    if (last === this.#seq) return;
    const rows = this.#seq === 0 ? this.#db.lists<Row>(ALL) : this.#db.lists<Row>(NEW, this.#seq);
    for (const [task, seq, status] of rows) {
      this.#statuses[task] = status;
      this.#seqs[task] = seq;
    }
    this.#seq = last;
  }
}

/** The sequence number of the last event, 0 when there is none. */
export function lastSeq(db: Database): number {
  return db.get<{ seq: number | null }>('select max(seq) as seq from events')?.seq ?? 0;
}
