import * as fs from 'node:fs';
import { isAbsent } from '../base/files.ts';
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

/**
 * Appends the final line of a run, whole and on the disk, unless the run has one already. Bytes that are there are
 * never changed: after a torn line the new one begins on a line of its own. Callers for the same run take turns;
 * those of different runs may come at once. Throws `unavailable` on a full disk, `config` when not writable.
 */
export function appendLedgerLine(path: string, line: LedgerLine): void {
  const text = formatLedgerLine(line);
  try {
    const fd = fs.openSync(path, 'a+', 0o600);
    try {
      const size = fs.fstatSync(fd).size;
      if (!hasLine(fd, size, line.task, line.run))
        writeOnce(fd, endsTorn(fd, size) ? `\n${text}` : text, path);
      fs.fdatasyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
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
function hasLine(fd: number, size: number, task: string, run: number): boolean {
  let buffer = Buffer.allocUnsafe(Math.min(size, CHUNK));
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - buffer.length);
    const bytes = buffer.subarray(0, fs.readSync(fd, buffer, 0, end - start, start));
    const border = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (start > 0 && (border === 0 || start + border === end)) {
      buffer = Buffer.allocUnsafe(Math.min(end, buffer.length * 2));
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

/**
 * Reads the ledger in the order it was written; with `since`, the lines from that moment on. A run that appears twice
 * counts once, with its first line. A ledger that is not there is empty.
 */
export function readLedger(path: string, options: { since?: Date } = {}): Ledger {
  const since = options.since?.toISOString();
  const seen = new Set<number | string>();
  const ledger: Ledger = { lines: [], bad: 0 };
  eachLine(path, (text) => {
    const line = parseLedgerLine(text);
    if (line === undefined) {
      if (text.trim() !== '') ledger.bad += 1;
      return;
    }
    const key = line.run < 100_000 ? taskNumber(line.task) * 100_000 + line.run : `${line.task} ${line.run}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (since === undefined || utc(line.at) >= since) ledger.lines.push(line);
  });
  return ledger;
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
