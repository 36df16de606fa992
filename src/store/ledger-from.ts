import * as fs from 'node:fs';
import { isAbsent } from '../base/files.ts';
import type { LedgerLine } from '../model/ledger.ts';
import { fileFailure } from './failure.ts';
import { parseLedgerLine } from './ledger-line.ts';

const NEWLINE = 10;

/** Lines from a place of the ledger on, and the place behind them. */
export interface LedgerPart {
  lines: LedgerLine[];
  /** Bytes from the start; a last line without its end is left for the next time. */
  end: number;
}

/** How many bytes a ledger has; 0 when it is not there. */
export function ledgerSize(path: string): number {
  return fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The whole lines between `start`, the border of a line, and at most `limit` bytes on. */
export function ledgerFrom(path: string, start: number, limit: number): LedgerPart {
  const length = Math.min(limit, ledgerSize(path) - start);
  if (length <= 0) return { lines: [], end: start };
  try {
    const fd = fs.openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(length);
      const bytes = buffer.subarray(0, fs.readSync(fd, buffer, 0, length, start));
      const border = bytes.lastIndexOf(NEWLINE) + 1;
      const texts = bytes.toString('utf8', 0, border).split('\n');
      return { lines: texts.flatMap((text) => parseLedgerLine(text) ?? []), end: start + border };
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    if (isAbsent(error)) return { lines: [], end: start };
    throw fileFailure(path, error);
  }
}
