import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { errnoOf, OrchestraError } from '../base/errors.ts';
import { ensurePrivateDir } from '../base/files.ts';
import type { Home } from '../model/home.ts';
import { backUp } from './backup.ts';
import { damaged, hasTraces } from './damage.ts';
import { Database } from './database.ts';
import { databaseFailure, fileFailure, isUnwritable } from './failure.ts';
import { skipLedgerIds } from './free-id.ts';
import { applySteps, openSingle, versionOf } from './open-file.ts';
import { patienceMs, patiently } from './patience.ts';
import { migrations } from './schema.ts';

/**
 * Opens the home's database for writing; makes the home (0700) and the database (0600) when there is none. One of an
 * older version is backed up, then brought to the version after `steps`.
 */
export function openForWriting(home: Home, steps: readonly string[] = migrations): Database {
  try {
    ensurePrivateDir(home.root);
  } catch (error) {
    throw fileFailure(home.root, error);
  }
  if (isGone(home)) throw gone(home);
  createPrivateFile(home.database);
  return new Database(home.database, connectForWriting(home, steps));
}

/**
 * Opens the home's database for reading and changes nothing: without a home everything is empty until one appears,
 * and a home that cannot be written is read all the same.
 */
export function openForReading(home: Home): Database {
  const found = connectForReading(home);
  if (found !== undefined) return new Database(home.database, found);
  const empty = new DatabaseSync(':memory:');
  applySteps(empty);
  return new Database(home.database, empty, () => connectForReading(home));
}

// Opening and closing a file that SQLite has open would drop its locks, so an existing one is left alone.
function createPrivateFile(path: string): void {
  try {
    fs.closeSync(fs.openSync(path, 'wx', 0o600));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw fileFailure(path, error);
  }
}

function connectForWriting(home: Home, steps: readonly string[]): DatabaseSync {
  return connect(
    home.database,
    () => openSingle(home.database),
    (connection) => {
      // The switch to WAL is refused at once, whatever the timeout, while another process makes it too.
      patiently(() => connection.exec('pragma journal_mode = wal'));
      connection.exec('pragma synchronous = full');
      if (versionOf(connection) !== steps.length) migrate(connection, home, steps);
    },
  );
}

function migrate(connection: DatabaseSync, home: Home, steps: readonly string[]): void {
  const before = versionOf(connection);
  if (before > 0 && before < steps.length) backUp(connection, home);
  connection.exec('begin immediate');
  const version = versionOf(connection);
  if (version > steps.length) throw newerVersion(home.database, version, steps.length);
  if (version === 0 && hasTraces(home)) throw gone(home);
  applySteps(connection, steps);
  if (version === 0) skipLedgerIds(new Database(home.database, connection), home);
  connection.exec('commit');
}

// Read twice: a new home gets its database before its first task.
function isGone(home: Home): boolean {
  return sizeOf(home) === 0 && hasTraces(home) && sizeOf(home) === 0;
}

function sizeOf(home: Home): number {
  return fs.statSync(home.database, { throwIfNoEntry: false })?.size ?? 0;
}

function gone(home: Home): OrchestraError {
  return damaged(home.database, 'is gone or empty, but the home has had tasks');
}

function connectForReading(home: Home): DatabaseSync | undefined {
  const path = home.database;
  if (!exists(home)) {
    if (isGone(home)) throw gone(home);
    return undefined;
  }
  const connection = connect(
    path,
    () => openReadOnly(path),
    (opened) => {
      const version = versionOf(opened);
      if (version > migrations.length) throw newerVersion(path, version, migrations.length);
      if (version === 0 && hasTraces(home) && versionOf(opened) === 0) throw gone(home);
    },
  );
  const version = versionOf(connection);
  if (version === migrations.length) return connection;
  connection.close();
  // Version 0 is a database that another process is making right now.
  return version === 0 ? undefined : connectForWriting(home, migrations);
}

function exists(home: Home): boolean {
  try {
    const root = fs.statSync(home.root, { throwIfNoEntry: false });
    if (root !== undefined && !root.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    return root !== undefined && fs.statSync(home.database, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw fileFailure(home.root, error);
  }
}

function openReadOnly(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: patienceMs });
  try {
    versionOf(connection);
    return connection;
  } catch (error) {
    connection.close();
    if (!isUnwritable(error)) throw error;
    return openUnwritable(path);
  }
}

// WAL needs a file beside the database; where none can be made the file is read as it lies there, or a copy of it.
function openUnwritable(path: string): DatabaseSync {
  const logSize = fs.statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (logSize === 0) {
    const address = pathToFileURL(path);
    address.searchParams.set('immutable', '1');
    return new DatabaseSync(address, { readOnly: true });
  }
  const folder = fs.mkdtempSync(join(tmpdir(), 'orchestra-read-'));
  try {
    const copy = join(folder, 'copy.db');
    fs.copyFileSync(path, copy);
    fs.copyFileSync(`${path}-wal`, `${copy}-wal`);
    const connection = new DatabaseSync(copy);
    connection.prepare('select count(*) from sqlite_schema').get();
    return connection;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function connect(
  path: string,
  open: () => DatabaseSync,
  check: (connection: DatabaseSync) => void,
): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = open();
    check(connection);
    return connection;
  } catch (error) {
    if (connection?.isOpen) connection.close();
    throw databaseFailure(path, error);
  }
}

function newerVersion(path: string, version: number, known: number): OrchestraError {
  return new OrchestraError(
    'config',
    `The database ${path} has version ${version}; this program knows up to ${known}.`,
    {
      hint: 'Update this program, or set ORCHESTRA_HOME to another folder.',
    },
  );
}
