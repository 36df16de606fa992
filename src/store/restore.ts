import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { errnoOf, messageOf, OrchestraError } from '../base/errors.ts';
import { ensurePrivateDir, readJson, writeAtomic } from '../base/files.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../base/process.ts';
import { nowIso } from '../base/time.ts';
import type { Home } from '../model/home.ts';
import { faultOf } from './backup.ts';
import { readLock } from './conductor-lock.ts';
import { hasTraces, isDamage, names } from './damage.ts';
import { databaseFailure, fileFailure } from './failure.ts';
import { openSingle, versionOf } from './open-file.ts';
import { patienceMs } from './patience.ts';
import { buildFrom } from './rebuild.ts';
import { openStore, type Store } from './store.ts';

/** Opens the store for writing; one that is damaged is restored first, and `tell` gets each line of what was done. */
export function openRestored(home: Home, tell: (line: string) => void): Store {
  try {
    return openStore(home, { write: true });
  } catch (error) {
    if (!isDamage(error)) throw error;
    for (const line of restoreDatabase(home)) tell(line);
    return openStore(home, { write: true });
  }
}

/** What is wrong with the home's database, in words that follow its path; undefined when it is whole or not there yet. */
export function damageOf(home: Home): string | undefined {
  const size = fs.statSync(home.database, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return hasTraces(home) ? 'is gone or empty, but the home has had tasks' : undefined;
  let connection: DatabaseSync | undefined;
  try {
    connection = openSingle(home.database, { readOnly: true });
    const fault = faultOf(connection);
    if (fault !== undefined) return `is damaged: ${fault}`;
    return versionOf(connection) === 0 && hasTraces(home)
      ? 'holds no tasks, but the home has had some'
      : undefined;
  } catch (error) {
    const failure = databaseFailure(home.database, error);
    if (isDamage(failure)) return `is damaged: ${messageOf(error)}`;
    throw failure;
  } finally {
    connection?.close();
  }
}

/**
 * Puts a good database in the place of a damaged one: the newest good backup, what can still be read of the damaged
 * one, and what the run folders tell. The damaged files are kept under a name with the date. Gives what it did, a line
 * each, and writes it to the conductor's log and beside the kept file; nothing when the database is whole. Throws
 * `unavailable` while a conductor has it open, or when another process restores it for longer than `patience` ms. May be killed at any moment and repeated.
 */
export function restoreDatabase(home: Home, patience = patienceMs): string[] {
  // Another process may have done it by now, and be at work on it.
  if (damageOf(home) === undefined) return [];
  const release = claim(home, patience);
  try {
    const damage = damageOf(home);
    if (damage === undefined) return [];
    const ready = `${home.database}.restored`;
    const made = fs.existsSync(ready) && !fs.existsSync(home.database) ? [] : rebuilt(home, ready);
    const kept = `${home.database}.damaged-${nowIso().replace(/[-:]|\.\d+/g, '')}`;
    const moved = ['', '-wal', '-shm'].filter((end) => fs.existsSync(home.database + end));
    // While there is no database nobody can open one: the log of the old must never meet the new.
    for (const end of moved) fs.renameSync(home.database + end, kept + end);
    fs.renameSync(ready, home.database);
    const where = moved.length === 0 ? [] : [`What was there is kept as ${basename(kept)}.`];
    const lines = [`The database ${home.database} ${damage}.`, ...made, ...where];
    note(home, kept, lines);
    return lines;
  } catch (error) {
    throw fileFailure(home.database, error);
  } finally {
    release();
  }
}

/** The accounts of earlier restorations, the latest first: the file that was kept and what was done. */
export function restorationsOf(home: Home): { kept: string; lines: string[] }[] {
  return names(home.root)
    .filter((name) => /^orchestra\.db\.damaged-[\dTZ]+\.txt$/.test(name))
    .sort()
    .reverse()
    .map((name) => {
      const path = join(home.root, name);
      return { kept: path.replace(/\.txt$/, ''), lines: fs.readFileSync(path, 'utf8').trimEnd().split('\n') };
    });
}

function rebuilt(home: Home, ready: string): string[] {
  const scratch = join(home.root, `.restoring-${process.pid}`);
  fs.rmSync(ready, { force: true });
  fs.rmSync(scratch, { recursive: true, force: true });
  ensurePrivateDir(scratch);
  try {
    const path = join(scratch, 'new.db');
    const lines = buildFrom(home, path, scratch);
    const fd = fs.openSync(path, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    fs.renameSync(path, ready);
    return lines;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function note(home: Home, kept: string, lines: readonly string[]): void {
  const at = nowIso();
  fs.appendFileSync(home.conductorLog, lines.map((line) => `${at} [${process.pid}] ${line}\n`).join(''), {
    mode: 0o600,
  });
  writeAtomic(`${kept}.txt`, `${lines.join('\n')}\n`);
}

/** Lets one process at a time restore. One that was killed holds nothing. */
function claim(home: Home, patience: number): () => void {
  const deadline = performance.now() + patience;
  const holder = readLock(home);
  if (holder !== undefined && holder.pid !== process.pid) {
    throw new OrchestraError(
      'unavailable',
      `The database ${home.database} is damaged, and the conductor ${holder.pid} has it open.`,
      { hint: 'orchestra doctor --fix ends the conductor, restores the database and keeps what is there.' },
    );
  }
  ensurePrivateDir(home.root);
  const path = join(home.root, 'restoring');
  for (;;) {
    try {
      fs.writeFileSync(path, JSON.stringify(ownIdentity()), { flag: 'wx', mode: 0o600 });
      return () => fs.rmSync(path, { force: true });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw fileFailure(path, error);
    }
    const other = readJson(path) as ProcessIdentity | undefined;
    if (other?.pid !== undefined && isAlive(other)) {
      if (performance.now() < deadline) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        continue;
      }
      throw new OrchestraError(
        'unavailable',
        `Process ${other.pid} restores the database ${home.database}.`,
        {
          hint: 'Try again in a moment.',
        },
      );
    }
    fs.rmSync(path, { force: true });
  }
}
