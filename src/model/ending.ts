import * as z from 'zod';

/**
 * `exit.json`, written by the wrapper last and atomically. One of `code` and `signal` is set; neither where it is not known
 * how the agent ended. Times are ISO 8601 in UTC.
 */
export const ExitRecord = z.object({
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string(),
  /** Set when the output could not be written whole, for instance on a full disk. */
  logIncomplete: z.boolean().optional(),
  /** The signal by which the wrapper itself was asked to end the run, such as SIGHUP when its pane closes. */
  asked: z.string().optional(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;

/** Why a run was ended from outside. `halted` goes on after `orchestra resume`. */
export const StopReason = z.enum(['cancelled', 'timeout', 'over_budget', 'stalled', 'halted']);
export type StopReason = z.infer<typeof StopReason>;

/**
 * What ended a run that nobody of ours stopped: the machine was `restarted`; the kernel ended processes for want of
 * `memory` while it ran; its `pane` was closed; its wrapper was `asked` to end it, or it was sent a `signal`.
 */
export const EndingCause = z.enum(['restarted', 'memory', 'pane', 'asked', 'signal']);
export type EndingCause = z.infer<typeof EndingCause>;

/** The end of a run. `lost` means that its wrapper went without leaving an exit record. */
export const Ending = z.object({
  cause: z.enum(['exited', 'lost']),
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string(),
  logIncomplete: z.boolean(),
  asked: z.string().optional(),
  /** Absent when nothing is known of it. */
  because: EndingCause.optional(),
});
export type Ending = z.infer<typeof Ending>;
