import * as fs from 'node:fs';
import { isAbsent } from '../base/files.ts';

const CHUNK = 16 * 1024;

/** Reads a growing file from its start, in pieces, holding one piece in memory at a time. */
export class OutputFollower {
  readonly #path: string;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Hands on what is there beyond the last call, at most `limit` bytes. The bytes are only valid during the call.
   * Returns true when more is left.
   */
  read(onBytes: (bytes: Uint8Array) => void, limit = 8 * 1024 * 1024): boolean {
    const size = fs.statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#position) return false;
    let fd: number;
    try {
      fd = fs.openSync(this.#path, 'r');
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
    try {
      for (let taken = 0; taken < limit; ) {
        const count = fs.readSync(fd, this.#buffer, 0, CHUNK, this.#position);
        if (count === 0) return false;
        this.#position += count;
        taken += count;
        onBytes(this.#buffer.subarray(0, count));
      }
      return true;
    } finally {
      fs.closeSync(fd);
    }
  }
}
