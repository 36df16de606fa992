import type { ErrorClass } from './words.ts';

/**
 * What may follow an error. `retry`: the same tool again, in its session where it has one, after a growing wait.
 * `park`: the same when the limit lifts. `other-tool`: the next fallback of the route. `repair`: the same session with
 * what is wrong. `ask`: a person decides. `fail`: the task is over.
 */
export type Remedy = 'retry' | 'park' | 'other-tool' | 'repair' | 'ask' | 'fail';

/** What is done about one class of error. */
export interface ErrorRule {
  /** Tried in this order; the first that can be done is done. The last one always can. */
  next: readonly Remedy[];
  /** Seconds before the first retry, doubled for each further one; for `park` when the tool names no time. */
  waitSeconds: number;
  /** So many in a row hold back every other task of the same tool and account; 0 for never. */
  holdsAfter: number;
  /** What it means, in words for people. */
  means: string;
}

/** The one table of what happens next. `version` grows with every change of a rule. */
export const errorTable: { version: number; classes: Record<ErrorClass, ErrorRule> } = {
  version: 1,
  classes: {
    auth: rule(['other-tool', 'fail'], 'the tool is not logged in, or its key was refused', {
      holdsAfter: 1,
    }),
    rate_limit: rule(['other-tool', 'park', 'fail'], 'a limit that lifts by itself at some time', {
      waitSeconds: 300,
      holdsAfter: 1,
    }),
    quota: rule(['other-tool', 'park', 'fail'], 'a limit that is used up: credit, plan, spending', {
      holdsAfter: 1,
    }),
    overloaded: rule(['retry', 'other-tool', 'fail'], 'the provider has no room', {
      waitSeconds: 20,
      holdsAfter: 3,
    }),
    provider_error: rule(['retry', 'other-tool', 'fail'], 'the provider failed (5xx)', {
      waitSeconds: 10,
      holdsAfter: 3,
    }),
    network: rule(['retry', 'fail'], 'the provider could not be reached, or the connection broke', {
      waitSeconds: 10,
      holdsAfter: 3,
    }),
    context_limit: rule(['other-tool', 'fail'], 'the conversation has become too long for the model'),
    model_unavailable: rule(['other-tool', 'fail'], 'the model does not exist or is not open to you'),
    bad_request: rule(
      ['fail'],
      'the provider refused the request as malformed; also a session that is not known',
    ),
    permission: rule(['ask'], 'the tool was not allowed what it needed'),
    refused: rule(['other-tool', 'fail'], 'the model or the provider refused for its content'),
    tool_missing: rule(['other-tool', 'fail'], 'the program could not be started', { holdsAfter: 1 }),
    tool_version: rule(['other-tool', 'fail'], 'the program does not know a flag it was given', {
      holdsAfter: 1,
    }),
    bad_output: rule(
      ['retry', 'fail'],
      'the output ends without its final event, or could not be written whole',
    ),
    no_change: rule(['ask'], 'the tool says it is finished and has changed no file'),
    check_failed: rule(['repair', 'fail'], 'a check did not succeed'),
    policy: rule(['ask'], 'the change breaks a rule, or a read-only task has changed files'),
    timeout: rule(['fail'], 'it ran out of time and was stopped'),
    stalled: rule(
      ['retry', 'other-tool', 'fail'],
      'no output that shows work and no computing for too long',
      {
        holdsAfter: 3,
      },
    ),
    killed: rule(['retry', 'fail'], 'the tool was ended by a signal'),
    lost: rule(['retry', 'fail'], 'its process or its worktree went away, so that its end is not known'),
    over_budget: rule(['fail'], 'it reached a budget and was stopped'),
    internal: rule(['fail'], 'anything else, the reason in `message`'),
  },
};

function rule(
  next: readonly Remedy[],
  means: string,
  rest: { waitSeconds?: number; holdsAfter?: number } = {},
): ErrorRule {
  return { next, means, waitSeconds: rest.waitSeconds ?? 0, holdsAfter: rest.holdsAfter ?? 0 };
}
