import { errnoOf, messageOf, OrchestraError } from '../base/errors.ts';
import { damaged } from './damage.ts';

/** SQLite's primary result codes that need a word of their own (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** The primary SQLite result code of an error, or undefined when it is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const errcode = (error as { errcode?: unknown } | null | undefined)?.errcode;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether the database could not be opened as asked because nothing may be written beside it. */
export function isUnwritable(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === READONLY || code === CANTOPEN;
}

/** The sentence for a failure of the database at `path`; anything that is not SQLite's is given back as it is. */
export function databaseFailure(path: string, cause: unknown): unknown {
  switch (sqliteCode(cause)) {
    case undefined:
      return cause;
    case BUSY:
    case LOCKED:
      return new OrchestraError('unavailable', `Another process keeps the database ${path} locked.`, {
        hint: 'Try again in a moment; `fuser` on that file names who holds it.',
        cause,
      });
    case READONLY:
    case CANTOPEN:
      return new OrchestraError('config', `The database ${path} cannot be opened for writing.`, {
        hint: 'Make the file and its folder writable for you, or set ORCHESTRA_HOME to another folder.',
        cause,
      });
    case FULL:
      return diskFull(path, cause);
    case IOERR:
      return new OrchestraError(
        'unavailable',
        `The database ${path} could not be read or written: ${messageOf(cause)}.`,
        {
          hint: 'Check that the disk has free space and is in order; nothing was half written.',
          cause,
        },
      );
    case CORRUPT:
    case NOTADB:
      return damaged(path, 'is damaged', cause);
    default:
      return new OrchestraError('internal', `The database ${path} answered: ${messageOf(cause)}.`, { cause });
  }
}

/** The sentence for a failure of the file system at `path`. */
export function fileFailure(path: string, cause: unknown): unknown {
  const errno = errnoOf(cause);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return diskFull(path, cause);
  if (errno === 'EEXIST' || errno === 'ENOTDIR') {
    return new OrchestraError(
      'config',
      `${path} cannot be used, since it or a part of its path is not a folder.`,
      {
        hint: 'Move that file away, or set ORCHESTRA_HOME to another folder.',
        cause,
      },
    );
  }
  if (
    errno === 'EACCES' ||
    errno === 'EPERM' ||
    errno === 'EROFS' ||
    errno === 'ENOENT' ||
    errno === 'EISDIR'
  ) {
    return new OrchestraError('config', `${path} cannot be written (${errno}).`, {
      hint: 'Make it writable for you, or set ORCHESTRA_HOME to another folder.',
      cause,
    });
  }
  return errno === undefined
    ? cause
    : new OrchestraError('unavailable', `${path} could not be used: ${messageOf(cause)}.`, { cause });
}

/** The sentence for a full disk. */
export function diskFull(path: string, cause?: unknown): OrchestraError {
  return new OrchestraError('unavailable', `The disk is full; ${path} could not be written.`, {
    hint: 'Free some space and run the command again; what was stored before is whole.',
    cause,
  });
}
