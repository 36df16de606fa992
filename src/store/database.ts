import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { OrchestraError } from '../base/errors.ts';
import { databaseFailure } from './failure.ts';
import { patienceMs, patiently } from './patience.ts';

/**
 * One connection: cached statements, transactions, and failures as sentences. While a home has no database yet the
 * connection is an empty one in memory, and `find` looks for the real one before each statement.
 */
export class Database {
  readonly path: string;
  #connection: DatabaseSync;
  #find: (() => DatabaseSync | undefined) | undefined;
  #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string, connection: DatabaseSync, find?: () => DatabaseSync | undefined) {
    this.path = path;
    this.#connection = connection;
    this.#find = find;
  }

  /** Whether a transaction of ours is open. */
  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values) as Row | undefined);
  }

  /** Runs a changing statement and gives the row id it made. Only inside `transaction`. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#guard(() => {
      // SQLite ends a transaction by itself on a full disk; going on would store a half of it.
      if (!this.#connection.isTransaction)
        throw new OrchestraError('internal', 'A write needs an open transaction.');
      return Number(this.#statement(sql).run(...values).lastInsertRowid);
    });
  }

  /**
   * Runs `work` alone among all processes: stored whole when it returns, not at all when it throws. Inside another
   * transaction it becomes a part of that one. `work` must not wait for anything.
   */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    return this.#guard(() => {
      this.#begin();
      this.#depth += 1;
      try {
        const result = work();
        if (result instanceof Promise)
          throw new OrchestraError('internal', 'A transaction cannot wait for a promise.');
        this.#connection.exec('commit');
        return result;
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec('rollback');
        throw error;
      } finally {
        this.#depth -= 1;
      }
    });
  }

  close(): void {
    this.#find = undefined;
    this.#statements.clear();
    if (this.#connection.isOpen) this.#guard(() => this.#connection.close());
  }

  #begin(): void {
    this.#connection.exec('pragma busy_timeout = 0');
    try {
      patiently(() => this.#connection.exec('begin immediate'));
    } finally {
      this.#connection.exec(`pragma busy_timeout = ${patienceMs}`);
    }
  }

  #statement(sql: string): StatementSync {
    const found = this.#find?.();
    if (found !== undefined) this.#moveTo(found);
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #moveTo(connection: DatabaseSync): void {
    this.#find = undefined;
    this.#statements.clear();
    this.#connection.close();
    this.#connection = connection;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw databaseFailure(this.path, error);
    }
  }
}
