/** What went wrong, as the surfaces need it: decides the exit status, never shown as such. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'not_found'
  | 'unavailable'
  | 'conflict'
  | 'refused'
  | 'timeout'
  | 'over_budget'
  | 'internal';

/** An expected failure with a sentence for the user. Thrown where it is understood, shown in one place. */
export class OrchestraError extends Error {
  readonly code: ErrorCode;
  /** What to do next; shown on a line of its own. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OrchestraError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** The system's error name, such as `ENOENT`, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether it may be otherwise later: a full disk, a locked store, a program that does not answer. */
export function isPassing(error: unknown): boolean {
  if (error instanceof OrchestraError) return error.code === 'unavailable' || error.code === 'timeout';
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'EIO'].includes(errnoOf(error) ?? '');
}
