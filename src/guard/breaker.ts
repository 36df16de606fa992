import { errorTable } from '../model/error-table.ts';
import type { TaskError } from '../model/word-schemas.ts';
import type { ErrorClass, TaskStatus } from '../model/words.ts';

/** A tool and one of its accounts. */
export interface Account {
  tool: string;
  account: string | undefined;
}

/** How a run ended, as far as it tells of its account. `at` and `retryAt` are milliseconds since 1970. */
export interface RunEnd extends Account {
  task: string;
  status: TaskStatus;
  errors: readonly TaskError[];
  at: number;
  retryAt: number | null;
}

/**
 * What an account says to a task that wants to start. `hold`: another one tries first. `until` is null when only
 * somebody's doing helps.
 */
export type Admission =
  | { go: true }
  | { go: false; hold: true }
  | { go: false; hold: false; until: number | null; reason: string };

interface Trouble {
  class: ErrorClass;
  inARow: number;
  /** From when on one run may try; null for when a person asks. */
  until: number | null;
  since: number;
  task: string;
}

/** Errors of a run whose model has answered. */
const answered = new Set<ErrorClass>(['check_failed', 'policy', 'no_change', 'permission']);

const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Keeps one dead key or an exhausted plan from burning the queue: after as many errors in a row as the error table
 * says, the tool's account takes no more tasks until its limit lifts, and then one at a time until a run has worked.
 * What only a person can mend is tried again with a task that somebody has asked for since.
 */
export class Breakers {
  readonly #troubles = new Map<string, Trouble>();

  /** Takes note of an ended run. Ends may come twice and late. */
  noteEnd(end: RunEnd): void {
    const key = keyOf(end);
    const before = this.#troubles.get(key);
    const found = end.errors.find(({ class: name }) => errorTable.classes[name].holdsAfter > 0);
    if (found === undefined) {
      const worked = end.status !== 'failed' || end.errors.some((error) => answered.has(error.class));
      if (worked && before !== undefined && end.at > before.since) this.#troubles.delete(key);
      return;
    }
    if (before !== undefined && end.at <= before.since) return;
    const inARow = before?.class === found.class ? before.inARow + 1 : 1;
    this.#troubles.set(key, {
      class: found.class,
      inARow,
      until: untilWhen(found.class, inARow, end),
      since: end.at,
      task: end.task,
    });
  }

  /** A run of the account got an answer from its model at that moment. */
  noteAnswer(account: Account, at: number): void {
    const trouble = this.#troubles.get(keyOf(account));
    if (trouble !== undefined && at > trouble.since) this.#troubles.delete(keyOf(account));
  }

  /** Whether a task may start now. `askedAt` is when a person last asked for it; `others` counts its account's running tasks. */
  admit(account: Account, askedAt: number, others: number, now: number): Admission {
    const trouble = this.#troubles.get(keyOf(account));
    if (trouble === undefined) return { go: true };
    const { holdsAfter, means } = errorTable.classes[trouble.class];
    if (trouble.inARow < holdsAfter) return { go: true };
    const due = trouble.until === null ? askedAt > trouble.since : now >= trouble.until;
    if (due && others === 0) return { go: true };
    if (due) return { go: false, hold: true };
    const what = `${account.tool} is held back: ${trouble.class} in ${trouble.task}`;
    const mend = trouble.until === null ? ` (${means}); mend it, then orchestra resume` : '';
    return { go: false, hold: false, until: trouble.until, reason: `${what}${mend}` };
  }
}

function untilWhen(name: ErrorClass, inARow: number, end: RunEnd): number | null {
  if (end.retryAt !== null) return end.retryAt;
  const { next, waitSeconds, holdsAfter } = errorTable.classes[name];
  if (!next.includes('retry') && name !== 'rate_limit') return null;
  const least = name === 'rate_limit' ? waitSeconds * 1000 : FIRST_WAIT_MS;
  return end.at + Math.min(least * 2 ** Math.max(0, inARow - holdsAfter), LONGEST_WAIT_MS);
}

function keyOf({ tool, account }: Account): string {
  return `${tool} ${account ?? ''}`;
}
