import { type Case, failing, LIFTS_AT, shared, work } from '../record-cases.ts';

export const cases: Record<string, Case> = {
  ...shared,
  'overloaded-529': failing({ status: 529, message: 'Overloaded' }),
  'quota-429': failing({
    status: 429,
    type: 'insufficient_quota',
    message: 'You exceeded your current quota.',
  }),
  'usage-limit-429': failing({
    status: 429,
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    fields: { plan_type: 'plus', resets_at: LIFTS_AT },
  }),
  'context-limit': failing({
    status: 400,
    type: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model.',
  }),
  'permission-denied': { script: { turns: work }, access: 'read-only' },
};
