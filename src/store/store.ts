import type { OrchestraEvent } from '../model/event.ts';
import type { Home } from '../model/home.ts';
import type { TaskId } from '../model/request.ts';
import type { TaskStatus } from '../model/words.ts';
import type { Approval, NewEvent, NewTask } from './events.ts';
import type { Head } from './heads.ts';
import { openForReading, openForWriting } from './open-database.ts';
import { SqliteStore } from './sqlite-store.ts';

/**
 * The tasks of a home and what happened to them. Every method may throw `unavailable` (locked for longer than 5 s,
 * disk full, damaged) or `config` (not writable); what was stored before stays whole.
 */
export interface Store {
  /** 16 hex digits, made with the home and never changed. */
  readonly homeId: string;
  /**
   * Stores a task under the next id with its `requested` event and whatever `prepare` returns. When `prepare` throws
   * nothing is stored and the id is given out again.
   */
  createTask(task: NewTask, prepare?: (id: TaskId) => NewEvent[]): { task: TaskId; events: OrchestraEvent[] };
  /** Appends one event. Throws `not_found` for an unknown task. */
  append(task: TaskId, run: number, body: NewEvent['body']): OrchestraEvent;
  /**
   * Lets `decide` look at the task while nobody else can change it, and appends what it returns; undefined when it
   * returns undefined. Throws `not_found` for an unknown task.
   */
  appendWhen(
    task: TaskId,
    decide: (status: TaskStatus, events: readonly OrchestraEvent[]) => NewEvent[] | undefined,
  ): OrchestraEvent[] | undefined;
  /** The events of a task in order; empty for an unknown one. */
  events(task: TaskId): OrchestraEvent[];
  /** The events of all tasks after `seq` in order, at most `limit`. */
  eventsAfter(seq: number, limit: number): OrchestraEvent[];
  /** 0 when nothing has happened yet. */
  lastSeq(): number;
  /** The whole task text. Throws `not_found`. */
  text(task: TaskId): string;
  exists(task: TaskId): boolean;
  taskIds(): TaskId[];
  /** The status of every task, in the order of creation. */
  heads(): Head[];
  /** The tasks that are queued, running, verifying, blocked or parked, in the order of creation. */
  unsettled(): TaskId[];
  /** The last `limit` tasks that are done, failed or cancelled, the latest first. */
  recent(limit: number): TaskId[];
  /** The tasks in one of these statuses, in the order of creation. */
  inStatus(...statuses: TaskStatus[]): TaskId[];
  /** How many tasks are in each status; one without tasks is absent. */
  counts(): Partial<Record<TaskStatus, number>>;
  approvals(task: TaskId): Approval[];
  /** Runs `work` while no other process writes or is in here. Appends inside are stored together, or not at all. */
  exclusively<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens the store of a home. With `write` the home is made when there is none (0700, its files 0600); without, nothing
 * is changed, a missing home reads as empty until it appears, and one that cannot be written is read all the same.
 * Throws `config` (not a folder, not writable, of a newer version) or `unavailable` (damaged, locked, disk full).
 */
export function openStore(home: Home, options: { write?: boolean } = {}): Store {
  const write = options.write === true;
  return new SqliteStore(write ? openForWriting(home) : openForReading(home), home, write);
}
