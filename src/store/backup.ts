import * as fs from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ensurePrivateDir } from '../base/files.ts';
import type { Home } from '../model/home.ts';
import { damaged, names } from './damage.ts';
import { databaseFailure, fileFailure } from './failure.ts';
import { openSingle, versionOf } from './open-file.ts';

/** A copy of the database in good state. */
export interface Backup {
  path: string;
  /** The last event it holds. It orders backups, whatever a clock that was set back says. */
  seq: number;
  /** When it was made, milliseconds since 1970. */
  madeAt: number;
}

const KEPT = 3;
const DAY_MS = 24 * 3600 * 1000;
const NAME = /^orchestra-(\d{12})-[\dTZ]+\.db$/;

/** The backups of a home, the one with most events first. */
export function backupsOf(home: Home): Backup[] {
  const backups = names(home.backups).flatMap((name) => {
    const seq = NAME.exec(name)?.[1];
    const path = join(home.backups, name);
    const madeAt = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return seq === undefined || madeAt === undefined ? [] : [{ path, seq: Number(seq), madeAt }];
  });
  return backups.sort((a, b) => b.seq - a.seq || b.madeAt - a.madeAt);
}

/**
 * Backs the database up when the last backup is a day old (or from the future, after a clock was set back) and
 * something has happened since. Gives the new file. Throws damage, and then leaves every backup as it is.
 */
export function backUpDaily(home: Home, now = Date.now()): string | undefined {
  const size = fs.statSync(home.database, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return undefined;
  const [last] = backupsOf(home);
  if (last !== undefined && last.madeAt <= now && now - last.madeAt < DAY_MS) return undefined;
  try {
    const connection = openSingle(home.database, { readOnly: true });
    try {
      return versionOf(connection) === 0 || lastEvent(connection) === last?.seq
        ? undefined
        : backUp(connection, home, now);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw fileFailure(home.backups, databaseFailure(home.database, error));
  }
}

/**
 * Writes a backup of an open database, whole and on the disk before it gets its name; the last three are kept. Others
 * may read and write meanwhile. Throws damage when the database is not whole.
 */
export function backUp(connection: DatabaseSync, home: Home, now = Date.now()): string {
  const fault = faultOf(connection);
  if (fault !== undefined) throw damaged(home.database, `is damaged: ${fault}`);
  ensurePrivateDir(home.backups);
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `orchestra-${String(lastEvent(connection)).padStart(12, '0')}-${stamp}.db`;
  const temporary = join(home.backups, `.${process.pid}.tmp`);
  fs.rmSync(temporary, { force: true });
  const fd = fs.openSync(temporary, 'wx', 0o600);
  try {
    connection.prepare('vacuum into ?').run(temporary);
    fs.fsyncSync(fd);
    fs.renameSync(temporary, join(home.backups, name));
  } finally {
    fs.closeSync(fd);
    fs.rmSync(temporary, { force: true });
  }
  for (const old of backupsOf(home).slice(KEPT)) fs.rmSync(old.path, { force: true });
  return join(home.backups, name);
}

/** What is wrong with a database, as SQLite says it; undefined when it is whole. */
export function faultOf(connection: DatabaseSync): string | undefined {
  const words = connection
    .prepare('pragma quick_check(3)')
    .all()
    .map((row) => String(Object.values(row)[0]));
  return words.length === 1 && words[0] === 'ok' ? undefined : words.join('; ');
}

function lastEvent(connection: DatabaseSync): number {
  return Number(connection.prepare('select max(seq) as seq from events').get()?.seq ?? 0);
}
