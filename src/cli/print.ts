import * as fs from 'node:fs';
import { errnoOf } from '../base/errors.ts';

const STDOUT = 1;
const FULL_MS = 2;

/** Whether standard output may be a terminal. Without asking `process.stdout`, which loads Node's network code. */
export function isTerminal(): boolean {
  try {
    return fs.fstatSync(STDOUT).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Writes to standard output, or to standard error (2), all of it. A reader that has gone (`status | head -1`) ends the process quietly. */
export function print(text: string | Uint8Array, fd: 1 | 2 = STDOUT): void {
  let bytes = typeof text === 'string' ? Buffer.from(text) : text;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(fd, bytes));
    } catch (error) {
      if (errnoOf(error) === 'EPIPE') process.exit(0);
      if (errnoOf(error) !== 'EAGAIN') throw error;
      // A full pipe that was set not to block: its reader needs a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_MS);
    }
  }
}
