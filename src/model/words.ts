/** What kind of work a task is. */
export const categories = [
  'architecture',
  'backend',
  'frontend',
  'database',
  'tests',
  'docs',
  'refactor',
  'bugfix',
  'performance',
  'security',
  'devops',
  'chore',
] as const;
export type Category = (typeof categories)[number];

/** How much thought a task needs; chooses the model of a tool. */
export const tiers = ['trivial', 'standard', 'complex'] as const;
export type Tier = (typeof tiers)[number];

/** What a tool may do: look, change files and run what it needs for that, or anything. */
export const accessLevels = ['read-only', 'edit', 'full'] as const;

/** Where a task stands. Always computed from its events. */
export const taskStatuses = [
  'queued',
  'running',
  'blocked',
  'verifying',
  'review',
  'done',
  'failed',
  'cancelled',
  'parked',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Why something did not work, in the words that decide what happens next. */
export const errorClasses = [
  'auth',
  'rate_limit',
  'quota',
  'overloaded',
  'provider_error',
  'network',
  'context_limit',
  'model_unavailable',
  'bad_request',
  'permission',
  'refused',
  'tool_missing',
  'tool_version',
  'bad_output',
  'no_change',
  'check_failed',
  'policy',
  'timeout',
  'stalled',
  'killed',
  'lost',
  'over_budget',
  'internal',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** The output formats that have a parser. */
export const formats = [
  'claude-stream-json',
  'codex-jsonl',
  'cursor-stream-json',
  'droid-stream-json',
  'opencode-json',
  'gemini-stream-json',
  'copilot-jsonl',
  'aider-text',
  'plain',
] as const;
export type Format = (typeof formats)[number];

/** Whether nothing more happens to a task in this status without a person. */
export function isSettled(status: TaskStatus): boolean {
  return status === 'review' || status === 'blocked' || isFinished(status);
}

/** Whether the task is over: landed or closed. */
export function isFinished(status: TaskStatus): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled';
}
