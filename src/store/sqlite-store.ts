import { OrchestraError } from '../base/errors.ts';
import { ring } from '../base/signal-file.ts';
import { nowIso } from '../base/time.ts';
import type { EventBody, OrchestraEvent } from '../model/event.ts';
import type { Home } from '../model/home.ts';
import type { TaskId } from '../model/request.ts';
import { taskNumber } from '../model/task-id.ts';
import { isSettled, type TaskStatus, taskStatuses } from '../model/words.ts';
import type { Database } from './database.ts';
import * as rows from './events.ts';
import { freeId } from './free-id.ts';
import { allHeads, finishedHeads, type Head, headCounts, headsIn, lastSeq } from './heads.ts';

const unsettledStatuses = taskStatuses.filter((status) => !isSettled(status) || status === 'blocked');

const LAST_STATUS = `select status from events indexed by statuses_of_task
  where task = ? and status is not null order by seq desc limit 1`;

/** The `Store` of store.ts on SQLite; what its methods promise stands there. */
export class SqliteStore {
  readonly #db: Database;
  readonly #home: Home;
  readonly #writable: boolean;
  #appended = false;

  constructor(db: Database, home: Home, writable: boolean) {
    this.#db = db;
    this.#home = home;
    this.#writable = writable;
  }

  get homeId(): string {
    return this.#db.get<{ value: string }>("select value from meta where key = 'home_id'")?.value ?? '';
  }

  createTask(
    task: rows.NewTask,
    prepare?: (id: TaskId) => rows.NewEvent[],
  ): { task: TaskId; events: OrchestraEvent[] } {
    return this.exclusively(() => {
      const number = this.#db.run(
        'insert into tasks (id, title, repo, text, at) values (?, ?, ?, ?, ?)',
        task.id === undefined ? freeId(this.#db, this.#home) : taskNumber(task.id),
        task.title,
        task.repo,
        task.text,
        task.at ?? nowIso(),
      );
      const id = rows.taskId(number);
      const requested: EventBody = { type: 'requested', title: task.title, request: task.request };
      const events = this.#appendAll(id, [{ run: 0, body: requested, at: task.at }]);
      if (prepare !== undefined) events.push(...this.#appendAll(id, prepare(id)));
      return { task: id, events };
    });
  }

  append(task: TaskId, run: number, body: EventBody): OrchestraEvent {
    return this.exclusively(() => this.#append(task, { run, body }));
  }

  appendWhen(
    task: TaskId,
    decide: (status: TaskStatus, events: readonly OrchestraEvent[]) => rows.NewEvent[] | undefined,
  ): OrchestraEvent[] | undefined {
    return this.exclusively(() => {
      const status = this.#db.get<{ status: TaskStatus }>(LAST_STATUS, taskNumber(task))?.status;
      if (status === undefined) throw rows.noSuchTask(task);
      const decided = decide(status, this.events(task));
      return decided && this.#appendAll(task, decided);
    });
  }

  events(task: TaskId): OrchestraEvent[] {
    return rows.eventsOf(this.#db, task);
  }

  eventsAfter(seq: number, limit: number): OrchestraEvent[] {
    return rows.eventsSince(this.#db, seq, limit);
  }

  lastSeq(): number {
    return lastSeq(this.#db);
  }

  text(task: TaskId): string {
    const row = this.#db.get<{ text: string }>('select text from tasks where id = ?', taskNumber(task));
    if (row === undefined) throw rows.noSuchTask(task);
    return row.text;
  }

  exists(task: TaskId): boolean {
    return rows.taskExists(this.#db, task);
  }

  taskIds(): TaskId[] {
    return this.#db.all<{ id: number }>('select id from tasks order by id').map((row) => rows.taskId(row.id));
  }

  heads(): Head[] {
    return allHeads(this.#db);
  }

  unsettled(): TaskId[] {
    return headsIn(this.#db, unsettledStatuses);
  }

  recent(limit: number): TaskId[] {
    return finishedHeads(this.#db, limit);
  }

  inStatus(...statuses: TaskStatus[]): TaskId[] {
    return headsIn(this.#db, statuses);
  }

  counts(): Partial<Record<TaskStatus, number>> {
    return headCounts(this.#db);
  }

  approvals(task: TaskId): rows.Approval[] {
    return rows.approvalsOf(this.#db, task);
  }

  exclusively<Result>(work: () => Result): Result {
    if (!this.#writable) throw new OrchestraError('internal', 'This store was opened for reading only.');
    if (this.#db.inTransaction) return work();
    this.#appended = false;
    const result = this.#db.transaction(work);
    if (this.#appended) this.#ring();
    return result;
  }

  close(): void {
    this.#db.close();
  }

  #appendAll(task: TaskId, events: readonly rows.NewEvent[]): OrchestraEvent[] {
    return events.map((event) => this.#append(task, event));
  }

  #append(task: TaskId, event: rows.NewEvent): OrchestraEvent {
    this.#appended = true;
    return rows.insertEvent(this.#db, task, event);
  }

  // The events are stored by now; watchers look by themselves now and then too.
  #ring(): void {
    try {
      ring(this.#home.signal);
    } catch {
      // A full disk must not turn what is stored into a failure.
    }
  }
}
