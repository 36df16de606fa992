import { errorTable, type Remedy } from '../model/error-table.ts';
import type { TaskError } from '../model/word-schemas.ts';

/** What decides whether a failed run is followed by another without a person. Times are milliseconds since 1970. */
export interface NextStepInput {
  error: TaskError;
  /** Runs in a row so far, this one included, and how many there may be. */
  attempt: number;
  attempts: number;
  /** When the tool says that its limit lifts. */
  retryAt: number | null;
  /** Whether the session of this run can be resumed, and whether this run resumed one already. */
  resumable: boolean;
  resumed: boolean;
  /** The next fallback of the route, if there is one that may be taken. */
  otherTool: string | null;
  now: number;
  /** From 0 to 1, for the jitter. */
  random: number;
}

/** Another run: when, with which tool (null for the same), in its session or from the start. */
export interface NextStep {
  remedy: 'retry' | 'park' | 'other-tool' | 'repair';
  at: number | null;
  tool: string | null;
  resume: boolean;
}

const LONGEST_WAIT_SECONDS = 15 * 60;
/** A limit that lifts sooner is waited for rather than answered with another tool. */
const PATIENCE_MS = 15 * 60_000;
/** Waiting for a limit is not the task's fault, so it may happen more often than other attempts. */
const PARKS = 10;

/** What follows a failed run by the error table; undefined when the task is to be settled. */
export function nextStep(input: NextStepInput): NextStep | undefined {
  const rule = errorTable.classes[input.error.class];
  // A session that can't be resumed is no reason to give up: from the start it may work.
  if (input.error.class === 'bad_request' && input.resumed && input.attempt < input.attempts) {
    return { remedy: 'retry', at: null, tool: null, resume: false };
  }
  for (const remedy of rule.next) {
    const step = stepOf(remedy, input, rule.waitSeconds);
    if (step !== undefined) return step;
  }
  return undefined;
}

function stepOf(remedy: Remedy, input: NextStepInput, waitSeconds: number): NextStep | undefined {
  const mayRun = input.attempt < input.attempts;
  switch (remedy) {
    case 'retry':
      if (!mayRun) return undefined;
      return { remedy, at: backoff(input, waitSeconds), tool: null, resume: input.resumable };
    case 'repair':
      return mayRun ? { remedy, at: null, tool: null, resume: input.resumable } : undefined;
    case 'other-tool': {
      const soon = input.retryAt === null ? waitSeconds > 0 : input.retryAt - input.now <= PATIENCE_MS;
      if (!mayRun || input.otherTool === null || soon) return undefined;
      return { remedy, at: null, tool: input.otherTool, resume: false };
    }
    case 'park': {
      if (input.attempts === 1 || input.attempt >= PARKS) return undefined;
      if (input.retryAt === null && (waitSeconds === 0 || !mayRun)) return undefined;
      const at = input.retryAt ?? backoff(input, waitSeconds) ?? input.now;
      return { remedy, at: at + input.random * 5_000, tool: null, resume: input.resumable };
    }
    default:
      return undefined;
  }
}

/** Doubled for each attempt, with half of it again at random, so that many tasks do not come back together. */
function backoff(input: NextStepInput, waitSeconds: number): number | null {
  if (waitSeconds === 0) return null;
  const seconds = Math.min(waitSeconds * 2 ** (input.attempt - 1), LONGEST_WAIT_SECONDS);
  return input.now + seconds * 1000 * (1 + input.random / 2);
}
