import { isPassing, messageOf, OrchestraError } from '../base/errors.ts';
import type { TaskId } from '../model/request.ts';
import type { RunView } from '../model/task-view.ts';
import type { Outcome } from '../settle/outcome.ts';

const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
const ATTEMPTS = 5;

/** The tasks of which a stage has failed, as long as it has not succeeded since. */
export class Failures {
  readonly #known = new Map<TaskId, { count: number; notBefore: number }>();

  has(id: TaskId): boolean {
    return this.#known.has(id);
  }

  /** Whether the time of the next try has come. */
  isDue(id: TaskId): boolean {
    const failure = this.#known.get(id);
    return failure === undefined || performance.now() >= failure.notBefore;
  }

  /** Takes note of one more failure in a row; gives how many there are. */
  note(id: TaskId): number {
    const count = (this.#known.get(id)?.count ?? 0) + 1;
    const wait = Math.min(RETRY_MS * count, LONGEST_RETRY_MS);
    this.#known.set(id, { count, notBefore: performance.now() + wait });
    return count;
  }

  clear(id: TaskId): void {
    this.#known.delete(id);
  }
}

/**
 * Whether a stage that has failed `count` times in a row is tried again. A run whose agent has `begun` is never closed
 * before its start is noted: nobody would watch the agent, and it would have no line in the ledger.
 */
export function mayTryAgain(error: unknown, count: number, run: RunView, begun: boolean): boolean {
  const launched = run.launch !== undefined;
  if (begun && !launched) return true;
  if (isPassing(error)) return launched || count < ATTEMPTS;
  return count < ATTEMPTS && !(error instanceof OrchestraError);
}

/** What a run comes to whose stage has failed for good. */
export function internalOutcome(error: unknown): Outcome {
  const message = messageOf(error);
  return { status: 'failed', reason: `internal: ${message}`, errors: [{ class: 'internal', message }] };
}
