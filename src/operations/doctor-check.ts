import { messageOf, OrchestraError } from '../base/errors.ts';

/** One prerequisite. `fixed` is set when `--fix` has just mended it. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'problem';
  detail: string;
  remedy: string | null;
  fixed?: boolean;
}

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, remedy: null };
}

export function fixed(name: string, detail: string): Check {
  return { ...ok(name, detail), fixed: true };
}

export function warning(name: string, detail: string, remedy: string | null): Check {
  return { name, state: 'warning', detail, remedy };
}

export function problem(name: string, detail: string, remedy: string | null): Check {
  return { name, state: 'problem', detail, remedy };
}

/** A problem in the words of what was thrown. */
export function problemFrom(name: string, error: unknown): Check {
  if (error instanceof OrchestraError)
    return problem(name, error.message.replace(/\.$/, ''), error.hint ?? null);
  return problem(name, messageOf(error), null);
}
