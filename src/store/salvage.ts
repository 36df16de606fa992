import * as fs from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { openSingle } from './open-file.ts';

type Row = Record<string, SQLInputValue>;

/** Table, its key, and what makes a row of it one that can be taken. Tasks first: events refer to them. */
const tables: [name: string, key: string, isWhole: (row: Row) => boolean][] = [
  [
    'tasks',
    'id',
    (row) => [row.title, row.repo, row.text, row.at].every((value) => typeof value === 'string'),
  ],
  ['events', 'seq', (row) => typeof row.type === 'string' && isJson(row.data)],
  ['approvals', 'seq', (row) => typeof row.task === 'number'],
];

/**
 * Copies what can still be read of a damaged database into a good one that lacks it, and gives how many events that
 * were. Works on a copy in `scratch`, an empty folder: the damaged files stay as they are.
 */
export function salvage(damagedPath: string, scratch: string, into: DatabaseSync): number {
  const copy = join(scratch, 'damaged.db');
  for (const end of ['', '-wal']) {
    if (fs.existsSync(damagedPath + end)) fs.copyFileSync(damagedPath + end, copy + end);
  }
  let from: DatabaseSync | undefined;
  try {
    from = openSingle(copy);
    const source = from;
    return tables.map((table) => salvageTable(source, into, ...table))[1] ?? 0;
  } catch {
    return 0;
  } finally {
    from?.close();
  }
}

/**
 * Drops from a database the salvaged tasks with a hole in their story, and of those that stood in the backup what came
 * after its last event: a story is told whole or from the run folders.
 */
export function dropTorn(connection: DatabaseSync, backupSeq: number): void {
  const torn = `select id from tasks where id not in (select task from events where type = 'requested')
    or id in (select task from (select task, run from events where run > 0 group by task, run
      except select task, run from events where type = 'planned'))`;
  for (const { id } of connection.prepare(torn).all()) {
    const task = id as number;
    for (const table of ['approvals', 'events'])
      connection.prepare(`delete from ${table} where task = ? and seq > ?`).run(task, backupSeq);
    if (connection.prepare('select 1 from events where task = ?').get(task) === undefined)
      connection.prepare('delete from tasks where id = ?').run(task);
  }
}

/** The id of the home, if the copy that `salvage` has left in `scratch` tells it. */
export function salvageHomeId(scratch: string): string | undefined {
  let from: DatabaseSync | undefined;
  try {
    from = openSingle(join(scratch, 'damaged.db'));
    const value = from.prepare("select value from meta where key = 'home_id'").get()?.value;
    return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  } finally {
    from?.close();
  }
}

function salvageTable(
  from: DatabaseSync,
  into: DatabaseSync,
  name: string,
  key: string,
  isWhole: (row: Row) => boolean,
): number {
  let taken = 0;
  const seen = new Set<SQLInputValue>();
  // A bad page ends a walk; the other one comes from the far side.
  for (const direction of ['asc', 'desc']) {
    try {
      const rows = from.prepare(`select * from ${name} order by ${key} ${direction}`).iterate();
      for (const row of rows as Iterable<Row>) {
        const id = row[key] ?? null;
        if (seen.has(id)) break;
        seen.add(id);
        if (isWhole(row)) taken += insert(into, name, row);
      }
    } catch {
      // What lies behind is not to be had from here.
    }
  }
  return taken;
}

function insert(into: DatabaseSync, name: string, row: Row): number {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  const statement = into.prepare(`insert or ignore into ${name} (${columns.join(', ')}) values (${places})`);
  try {
    return Number(statement.run(...Object.values(row)).changes);
  } catch {
    // It refers to what is lost.
    return 0;
  }
}

function isJson(value: unknown): boolean {
  try {
    return typeof value === 'string' && JSON.parse(value) !== null;
  } catch {
    return false;
  }
}
