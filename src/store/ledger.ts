import * as fs from 'node:fs';
import { flush, isAbsent } from '../base/files.ts';
import type { LedgerLine } from '../model/ledger.ts';
import { taskNumber } from '../model/task-id.ts';
import { diskFull, fileFailure } from './failure.ts';
import { formatLedgerLine, parseLedgerLine } from './ledger-line.ts';

const NEWLINE = 10;
const CHUNK = 1024 * 1024;

/** What a ledger holds. `bad` counts the lines that are none: torn, garbage, of another version, impossible numbers. */
export interface Ledger {
  lines: LedgerLine[];
  bad: number;
}

/** The bytes that a ledger has now; 0 when there is none. */
export function ledgerSize(path: string): number {
  return fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Appends the final line of a run, whole and on the disk, unless the run has one already. Bytes that are there are
 * never changed: after a torn line the new one begins on a line of its own. Callers for the same run take turns;
 * those of different runs may come at once. A line of the run is looked for after `from`, the ledger's size when the
 * run began, so that a long ledger costs nothing. Throws `unavailable` on a full disk, `config` when not writable.
 */
export function appendLedgerLine(path: string, line: LedgerLine, from = 0): void {
  const fd = write(path, line, from);
  try {
    fs.fdatasyncSync(fd);
  } catch (error) {
    throw fileFailure(path, error);
  } finally {
    fs.closeSync(fd);
  }
}

/** `appendLedgerLine` that lets others work while the disk does. The line is there at once, on the disk in the end. */
export async function appendLedgerLineSoon(path: string, line: LedgerLine, from = 0): Promise<void> {
  const fd = write(path, line, from);
  try {
    await flush(fd);
  } catch (error) {
    throw fileFailure(path, error);
  } finally {
    fs.closeSync(fd);
  }
}

/** The ledger, open, with the line in it. */
function write(path: string, line: LedgerLine, from: number): number {
  const text = formatLedgerLine(line);
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, 'a+', 0o600);
    const size = fs.fstatSync(fd).size;
    // A ledger that someone made shorter is searched whole.
    if (!hasLine(fd, from <= size ? from : 0, size, line.task, line.run))
      writeOnce(fd, endsTorn(fd, size) ? `\n${text}` : text, path);
    return fd;
  } catch (error) {
    if (fd !== undefined) fs.closeSync(fd);
    throw fileFailure(path, error);
  }
}

// Two writes could have another writer's line between them.
function writeOnce(fd: number, text: string, path: string): void {
  const bytes = Buffer.from(text);
  if (fs.writeSync(fd, bytes) < bytes.length) throw diskFull(path);
}

function endsTorn(fd: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && fs.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

// From the end, where the line of a run that is settled twice stands. A line cut by a portion is read with the next.
function hasLine(fd: number, from: number, size: number, task: string, run: number): boolean {
  let buffer = Buffer.allocUnsafe(Math.min(size - from, CHUNK));
  for (let end = size; end > from; ) {
    const start = Math.max(from, end - buffer.length);
    const bytes = buffer.subarray(0, fs.readSync(fd, buffer, 0, end - start, start));
    const border = start === from ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (start > from && (border === 0 || start + border === end)) {
      buffer = Buffer.allocUnsafe(Math.min(end - from, buffer.length * 2));
      continue;
    }
    if (mentions(bytes.subarray(border), `"${task}"`, task, run)) return true;
    end = start + border;
  }
  return false;
}

function mentions(lines: Buffer, needle: string, task: string, run: number): boolean {
  for (let at = lines.lastIndexOf(needle); at !== -1; ) {
    const start = lines.lastIndexOf(NEWLINE, at) + 1;
    const end = lines.indexOf(NEWLINE, at);
    const line = parseLedgerLine(lines.toString('utf8', start, end === -1 ? lines.length : end));
    if (line?.task === task && line.run === run) return true;
    at = start === 0 ? -1 : lines.lastIndexOf(needle, start - 1);
  }
  return false;
}

/** The ledger as `eachLedgerLine` reads it, its lines kept. */
export function readLedger(path: string, options: { since?: Date } = {}): Ledger {
  const lines: LedgerLine[] = [];
  const { bad } = eachLedgerLine(path, (line) => lines.push(line), options);
  return { lines, bad };
}

/**
 * Reads the ledger in the order it was written; with `since`, the lines from that moment on. A run that appears twice
 * counts once, with its first line. A ledger that is not there is empty.
 */
export function eachLedgerLine(
  path: string,
  visit: (line: LedgerLine) => void,
  options: { since?: Date } = {},
): { bad: number } {
  const since = options.since?.toISOString();
  const seen = new Seen();
  let bad = 0;
  eachLine(path, (text) => {
    const line = parseLedgerLine(text);
    if (line === undefined) {
      if (text.trim() !== '') bad += 1;
    } else if (seen.add(taskNumber(line.task), line.run) && (since === undefined || utc(line.at) >= since)) {
      visit(line);
    }
  });
  return { bad };
}

/** The runs that have been met: first runs, nearly all of them, in a list; the others in a set. */
class Seen {
  readonly #first: boolean[] = [];
  readonly #others = new Set<number | string>();

  /** False when the run was there already. */
  add(task: number, run: number): boolean {
    if (run === 1 && task < 1e6) {
      if (this.#first[task]) return false;
      this.#first[task] = true;
      return true;
    }
    const key = run < 100_000 ? task * 100_000 + run : `${task} ${run}`;
    if (this.#others.has(key)) return false;
    this.#others.add(key);
    return true;
  }
}

// ISO 8601 in UTC with milliseconds compares as text; anything else is turned into that first.
function utc(at: string): string {
  if (at.length === 24 && at.endsWith('Z')) return at;
  const time = Date.parse(at);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function eachLine(path: string, visit: (text: string) => void): void {
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return;
    throw fileFailure(path, error);
  }
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const length = fs.readSync(fd, chunk, 0, CHUNK, null);
      if (length === 0) break;
      const bytes = chunk.subarray(0, length);
      const border = bytes.lastIndexOf(NEWLINE) + 1;
      if (border === 0) {
        rest = Buffer.concat([rest, bytes]);
        continue;
      }
      const whole = Buffer.concat([rest, bytes.subarray(0, border - 1)]).toString('utf8');
      for (const text of whole.split('\n')) visit(text);
      rest = bytes.subarray(border);
    }
    if (rest.length > 0) visit(rest.toString('utf8'));
  } catch (error) {
    throw fileFailure(path, error);
  } finally {
    fs.closeSync(fd);
  }
}
