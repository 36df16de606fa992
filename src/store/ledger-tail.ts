import * as fs from 'node:fs';
import { isAbsent } from '../base/files.ts';
import type { LedgerLine } from '../model/ledger.ts';
import { fileFailure } from './failure.ts';
import { parseLedgerLine } from './ledger-line.ts';

const CHUNK = 64 * 1024;

/**
 * The lines written from a moment on, read from the end, so that it costs the same with a long history. Lines stand
 * in the order of their writing; the first one before `since` (ISO 8601 in UTC) ends the search.
 */
export function ledgerLinesSince(path: string, since: string): LedgerLine[] {
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return [];
    throw fileFailure(path, error);
  }
  try {
    return fromTheEnd(fd, since);
  } catch (error) {
    throw fileFailure(path, error);
  } finally {
    fs.closeSync(fd);
  }
}

function fromTheEnd(fd: number, since: string): LedgerLine[] {
  const found: LedgerLine[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for (let end = fs.fstatSync(fd).size; end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const chunk = Buffer.allocUnsafe(end - start);
    const length = fs.readSync(fd, chunk, 0, end - start, start);
    const bytes = Buffer.concat([chunk.subarray(0, length), rest]);
    const border = start === 0 ? 0 : bytes.indexOf(10) + 1;
    rest = border === 0 && start > 0 ? bytes : bytes.subarray(0, border);
    if (border > 0 || start === 0) {
      const texts = bytes.toString('utf8', border).split('\n').reverse();
      for (const text of texts) {
        const line = parseLedgerLine(text);
        if (line === undefined) continue;
        if (line.at < since) return found.reverse();
        found.push(line);
      }
    }
    end = start;
  }
  return found.reverse();
}
