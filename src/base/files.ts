import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from './errors.ts';

// With pid and clock it names a temporary file; node:crypto would cost each start some milliseconds.
let made = 0;

/** Makes a folder and its parents, readable by this user alone. */
export function ensurePrivateDir(path: string): void {
  fs.mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Puts a whole file in its place, as `writeAtomic` does. */
export type WriteFile = (path: string, content: string | Uint8Array) => void;

/**
 * Replaces a file so that a reader sees the old or the new content whole, also after `kill -9` or a full disk.
 * Mode 0600 unless said otherwise.
 */
export function writeAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const draft = beginDraft(path, content, mode);
  try {
    fs.fdatasyncSync(draft.fd);
    finishDraft(draft);
  } catch (error) {
    dropDraft(draft);
    throw error;
  }
}

/**
 * Many files as `writeAtomic` would write them, mode 0600, but all of them written before the disk is waited for, which
 * then has them in one go. Each is in its place when `finish` has returned; none is before.
 */
export class Drafts {
  #drafts: Draft[] = [];

  readonly add: WriteFile = (path, content) => {
    this.#drafts.push(beginDraft(path, content, 0o600));
  };

  finish(): void {
    for (const { fd } of this.#drafts) fs.fdatasyncSync(fd);
    for (const draft of this.#drafts) finishDraft(draft);
    this.#drafts = [];
  }

  /** Takes back what is not in its place. */
  drop(): void {
    for (const draft of this.#drafts) dropDraft(draft);
    this.#drafts = [];
  }
}

/** `writeAtomic` that lets others work while the disk does. The file is there when the promise has settled. */
export async function writeAtomicSoon(path: string, content: string | Uint8Array): Promise<void> {
  const draft = beginDraft(path, content, 0o600);
  try {
    await flush(draft.fd);
    finishDraft(draft);
  } catch (error) {
    dropDraft(draft);
    throw error;
  }
}

/**
 * `writeAtomic` without the wait for the disk, for what can be made again or is of no use once the machine has gone
 * down: a power cut within seconds may leave it empty.
 */
export function replaceFile(path: string, content: string): void {
  const draft = beginDraft(path, content, 0o600);
  try {
    finishDraft(draft);
  } catch (error) {
    dropDraft(draft);
    throw error;
  }
}

/** Settles when what was written to an open file is on the disk. */
export function flush(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.fdatasync(fd, (error) => (error ? reject(error) : resolve())));
}

interface Draft {
  path: string;
  temporary: string;
  fd: number;
  isOpen: boolean;
}

function beginDraft(path: string, content: string | Uint8Array, mode: number): Draft {
  made += 1;
  const temporary = join(dirname(path), `.${process.pid}-${process.hrtime.bigint()}-${made}.tmp`);
  const draft = { path, temporary, fd: fs.openSync(temporary, 'wx', mode), isOpen: true };
  try {
    writeAll(draft.fd, typeof content === 'string' ? Buffer.from(content) : content);
  } catch (error) {
    dropDraft(draft);
    throw error;
  }
  return draft;
}

function finishDraft(draft: Draft): void {
  draft.isOpen = false;
  fs.closeSync(draft.fd);
  fs.renameSync(draft.temporary, draft.path);
}

function dropDraft({ temporary, fd, isOpen }: Draft): void {
  if (isOpen) fs.closeSync(fd);
  fs.rmSync(temporary, { force: true });
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += fs.writeSync(fd, bytes, done, bytes.length - done);
}

/** The text of a file, or undefined when there is none. Other errors are thrown. */
export function readIfExists(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** A text that changes with the file; undefined for one that cannot be looked at, which its reader says in a sentence. */
export function stampOf(path: string): string | undefined {
  try {
    const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const { ino, size, mtimeNs, ctimeNs } = stat;
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return undefined;
  }
}

/** The JSON value in a file, or undefined when the file is missing or torn. */
export function readJson(path: string): unknown {
  const text = readIfExists(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The last `bytes` of a file as text; a cut first character is dropped. Empty when there is no file. */
export function readTail(path: string, bytes: number): string {
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return '';
    throw error;
  }
  try {
    const size = fs.fstatSync(fd).size;
    const length = Math.min(size, bytes);
    const buffer = Buffer.alloc(length);
    fs.readSync(fd, buffer, 0, length, size - length);
    let start = 0;
    while (length < size && start < 3 && ((buffer[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return buffer.subarray(start).toString('utf8');
  } finally {
    fs.closeSync(fd);
  }
}
