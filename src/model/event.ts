import type { Ending, StopReason } from './ending.ts';
import type { Launch, Plan } from './plan.ts';
import type { Progress, Report } from './report.ts';
import type { TaskId, TaskRequest } from './request.ts';
import type { Route } from './route.ts';
import type { Settlement } from './summary.ts';
import type { Cost } from './usage.ts';
import type { CheckResult, Verdict } from './verdict.ts';
import type { TaskStatus } from './words.ts';

/** The request as the `requested` event keeps it: the text itself stands in the task's row and in `prompt.md`. */
export type StoredRequest = Omit<TaskRequest, 'task'> & {
  /** Absolute folder the task was given in. */
  repo: string;
  /** The task whose agent asked for this one. */
  parent: TaskId | null;
  /** By which a command knows the task that it had the conductor store. */
  nonce?: string;
};

/** A budget with room again, or the end of a `stop`. */
export type ParkedFor = 'budget' | 'resume';

/** What can happen to a task, each with what it carries. */
export type EventBody =
  | { type: 'requested'; title: string; request: StoredRequest }
  | { type: 'routed'; route: Route }
  | { type: 'planned'; plan: Plan }
  | { type: 'spawned'; launch: Launch }
  | { type: 'progressed'; progress: Progress | null; cost: Cost }
  | { type: 'stopped'; why: StopReason; by: string }
  | { type: 'ended'; ending: Ending }
  | { type: 'parsed'; report: Omit<Report, 'answer'> }
  | { type: 'warned'; message: string }
  | { type: 'verified'; verdict: Verdict }
  | { type: 'settled'; settlement: Settlement }
  | {
      type: 'approved';
      commit: string | null;
      onto: string | null;
      landed: string | null;
      how?: 'none' | 'fast-forward' | 'merge' | 'squash' | 'rebase';
      checks?: Omit<CheckResult, 'output'>[];
      overrides?: { rule: string; reason: string }[];
    }
  | { type: 'rejected'; reason: string }
  /**
   * Asks for one more run. A person asks for `retry` (from the start) or `reply` (in the session of the last run);
   * `again` is our own doing after an error, and `released` lets a parked task go on.
   */
  | { type: 'queued'; mode: 'retry' | 'reply' | 'again' | 'released'; reason?: string }
  /** Waits until a moment (ISO 8601), or with null until somebody does something; `for` says for what, where that can be looked at. */
  | { type: 'parked'; until: string | null; reason: string; for?: ParkedFor };

/**
 * Where approved work went: `commit` is what the approval was given for, `landed` the tip of `onto` that holds it; all
 * null when nothing was to land. `checks` ran on the result before the branch moved, when it had other files than
 * `commit`; `overrides` are findings that a person let pass.
 */
export type Approval = Omit<Extract<EventBody, { type: 'approved' }>, 'type'>;

/** One fact that happened, appended and never changed. `run` is 0 for what concerns the task as a whole. */
export type OrchestraEvent = EventBody & { seq: number; at: string; task: TaskId; run: number };

export type EventType = EventBody['type'];

/** The status into which an event puts its task, or null when it leaves it as it is. */
export function statusAfter(event: EventBody): TaskStatus | null {
  switch (event.type) {
    case 'requested':
    case 'queued':
      return 'queued';
    case 'parked':
      return 'parked';
    case 'spawned':
      return 'running';
    case 'ended':
      return 'verifying';
    case 'settled':
      return event.settlement.status;
    case 'approved':
      return 'done';
    case 'rejected':
      return 'failed';
    default:
      return null;
  }
}
