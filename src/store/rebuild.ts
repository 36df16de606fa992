import * as fs from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Home } from '../model/home.ts';
import { type Backup, backupsOf, faultOf } from './backup.ts';
import { Database } from './database.ts';
import { skipLedgerIds } from './free-id.ts';
import { applySteps, openSingle, versionOf } from './open-file.ts';
import { retellFolders } from './retell-folders.ts';
import { runRecords, tasksWithFolders } from './run-record.ts';
import { dropTorn, salvage, salvageHomeId } from './salvage.ts';
import { migrations } from './schema.ts';
import { SqliteStore } from './sqlite-store.ts';

// Salvaged events do not come in their order, so what a trigger kept of them is not the last word.
const HEADS = `insert into heads (task, seq, status)
  select task, max(seq), status from events where status is not null group by task`;

/**
 * Makes a good database at `path` out of the home's newest good backup, what can be read of its damaged database, and
 * its run folders. Gives what it did, a line each. `scratch` is an empty folder.
 */
export function buildFrom(home: Home, path: string, scratch: string): string[] {
  const { backup, bad } = newestGood(home, path);
  if (backup === undefined) fs.closeSync(fs.openSync(path, 'w', 0o600));
  const connection = openSingle(path);
  const database = new Database(path, connection);
  const store = new SqliteStore(database, home, true);
  try {
    // The copy becomes the database only when it is whole; a log beside it would have to move with it.
    connection.exec('pragma journal_mode = delete');
    const events = database.transaction(() => {
      applySteps(connection);
      const saved = salvage(home.database, scratch, connection);
      connection.exec('delete from heads');
      dropTorn(connection, backup?.seq ?? 0);
      connection.exec(HEADS);
      if (backup === undefined) keepHomeId(home, connection, scratch);
      skipLedgerIds(database, home);
      return saved;
    });
    const { created, advanced } = retellFolders(store, home, true);
    return [
      ...bad.map(({ path: name }) => `The backup ${name} is damaged too and was passed over.`),
      backup === undefined
        ? 'There was no backup; a new database was made.'
        : `It was restored from the backup of ${new Date(backup.madeAt).toISOString()}.`,
      ...(events > 0 ? [`${events} later events could still be read from the damaged file.`] : []),
      ...(created.length > 0 ? [`Brought back from run folders: ${created.join(', ')}.`] : []),
      ...(advanced.length > 0 ? [`Brought up to date from run folders: ${advanced.join(', ')}.`] : []),
    ];
  } finally {
    store.close();
  }
}

/** Copies the newest backup that is whole to `path`. */
function newestGood(home: Home, path: string): { backup: Backup | undefined; bad: Backup[] } {
  const bad: Backup[] = [];
  for (const backup of backupsOf(home)) {
    fs.copyFileSync(backup.path, path);
    if (isGood(path)) return { backup, bad };
    fs.rmSync(path, { force: true });
    bad.push(backup);
  }
  return { backup: undefined, bad };
}

function isGood(path: string): boolean {
  let connection: DatabaseSync | undefined;
  try {
    connection = openSingle(path);
    const version = versionOf(connection);
    return faultOf(connection) === undefined && version > 0 && version <= migrations.length;
  } catch {
    return false;
  } finally {
    connection?.close();
  }
}

// Processes that still run carry it in their tags; without it they would be strangers.
function keepHomeId(home: Home, connection: DatabaseSync, scratch: string): void {
  const id = salvageHomeId(scratch) ?? homeIdFromFolders(home);
  if (id !== undefined) connection.prepare("update meta set value = ? where key = 'home_id'").run(id);
}

function homeIdFromFolders(home: Home): string | undefined {
  for (const task of tasksWithFolders(home).reverse()) {
    const tag = runRecords(home, task).find((record) => record.planned !== undefined)?.planned?.tag;
    const id = tag?.split('/')[0];
    if (id !== undefined && /^[0-9a-f]{16}$/.test(id)) return id;
  }
  return undefined;
}
