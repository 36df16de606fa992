import { OrchestraError } from '../base/errors.ts';
import { nowIso } from '../base/time.ts';
import { type EventBody, type OrchestraEvent, type StoredRequest, statusAfter } from '../model/event.ts';
import type { TaskId } from '../model/request.ts';
import { taskNumber } from '../model/task-id.ts';
import { damaged } from './damage.ts';
import type { Database } from './database.ts';

/** A task to be stored. `text` is the whole task text, `at` an ISO 8601 time in UTC, now when absent. */
export interface NewTask {
  title: string;
  repo: string;
  text: string;
  request: StoredRequest;
  at?: string;
  /** Only for a task that is restored; others get the next one. */
  id?: TaskId;
}

/**
 * An event about to happen. `run` is 0 for what concerns the task as a whole; `by` names who approved, where known;
 * `at` is an ISO 8601 time in UTC, now when absent.
 */
export interface NewEvent {
  run: number;
  body: EventBody;
  by?: string;
  at?: string;
}

/** A landed or accepted state of a task. */
export interface Approval {
  task: TaskId;
  commit: string | null;
  onto: string | null;
  landed: string | null;
  at: string;
  by: string | null;
}

interface EventRow {
  seq: number;
  at: string;
  task: number;
  run: number;
  type: string;
  data: string;
}

const columns = 'seq, at, task, run, type, data';

/** The id of a task's number. */
export function taskId(number: number): TaskId {
  return `task-${number}`;
}

/** Appends one event inside the open transaction. Throws `not_found` when there is no such task. */
export function insertEvent(db: Database, task: TaskId, event: NewEvent): OrchestraEvent {
  const { run, body, by, at = nowIso() } = event;
  const number = taskNumber(task);
  if (!taskExists(db, task)) throw noSuchTask(task);
  const { type, ...data } = body;
  const seq = db.run(
    'insert into events (at, task, run, type, status, data) values (?, ?, ?, ?, ?, ?)',
    at,
    number,
    run,
    type,
    statusAfter(body),
    JSON.stringify(data),
  );
  if (body.type === 'approved') {
    db.run(
      'insert into approvals (seq, task, commit_sha, onto, landed, at, by) values (?, ?, ?, ?, ?, ?, ?)',
      seq,
      number,
      body.commit,
      body.onto,
      body.landed,
      at,
      by ?? null,
    );
  }
  return { ...body, seq, at, task, run };
}

/** The events of one task in order. */
export function eventsOf(db: Database, task: TaskId): OrchestraEvent[] {
  return db
    .all<EventRow>(`select ${columns} from events where task = ? order by seq`, taskNumber(task))
    .map((row) => toEvent(db, row));
}

/** The events after a sequence number in order, at most `limit`. */
export function eventsSince(db: Database, seq: number, limit: number): OrchestraEvent[] {
  return db
    .all<EventRow>(`select ${columns} from events where seq > ? order by seq limit ?`, seq, limit)
    .map((row) => toEvent(db, row));
}

/** The approvals of one task in order. */
export function approvalsOf(db: Database, task: TaskId): Approval[] {
  const rows = db.all<Omit<Approval, 'task'>>(
    'select commit_sha as "commit", onto, landed, at, by from approvals where task = ? order by seq',
    taskNumber(task),
  );
  return rows.map((row) => ({ ...row, task }));
}

/** Whether the task is stored. */
export function taskExists(db: Database, task: TaskId): boolean {
  return db.get('select 1 from tasks where id = ?', taskNumber(task)) !== undefined;
}

/** The error for a task that nobody has stored. */
export function noSuchTask(task: TaskId): OrchestraError {
  return new OrchestraError('not_found', `There is no ${task}.`, {
    hint: 'See the tasks with: orchestra status --all',
  });
}

/** The public form of an event: `orchestra.event/1`. */
export function eventDocument(event: OrchestraEvent): OrchestraEvent & { schema: 'orchestra.event/1' } {
  return { schema: 'orchestra.event/1', ...event };
}

function toEvent(db: Database, row: EventRow): OrchestraEvent {
  const { seq, at, task, run, type } = row;
  return { ...dataOf(db, row), seq, at, task: taskId(task), run, type } as OrchestraEvent;
}

// SQLite notices a page that is overwritten, not one of a long text that is.
function dataOf(db: Database, row: EventRow): object {
  try {
    return JSON.parse(row.data);
  } catch (error) {
    throw damaged(db.path, `is damaged: event ${row.seq} cannot be read`, error);
  }
}
