import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../model/home.ts';
import { taskNumber } from '../model/task-id.ts';
import { names } from './damage.ts';
import type { Database } from './database.ts';
import { taskId } from './events.ts';
import { readLedger } from './ledger.ts';

const LEAST = 'least_id';

/**
 * The number of the next task, in the open transaction: above every task that is stored, and above every run folder,
 * so that a database that has lost its end never gives the id of one task to another.
 */
export function freeId(db: Database, home: Home): number {
  const last = db.get<{ id: number | null }>('select max(id) as id from tasks')?.id ?? 0;
  const least = Number(db.get<{ value: string }>('select value from meta where key = ?', LEAST)?.value ?? 1);
  const next = Math.max(last + 1, least);
  // One look in the usual case.
  return fs.existsSync(join(home.runs, taskId(next))) ? lastFolder(home) + 1 : next;
}

/** Keeps the ids that the ledger knows from being given out once more, in the open transaction. */
export function skipLedgerIds(db: Database, home: Home): void {
  const used = readLedger(home.ledger).lines.reduce((most, line) => Math.max(most, taskNumber(line.task)), 0);
  if (used > 0) db.run('insert or replace into meta (key, value) values (?, ?)', LEAST, String(used + 1));
}

function lastFolder(home: Home): number {
  const numbers = names(home.runs).map((name) => Number(/^task-(\d+)$/.exec(name)?.[1] ?? 0));
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
