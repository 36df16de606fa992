import * as z from 'zod';
import { Access, Category, Tier } from '../model/word-schemas.ts';
import { field } from './operation.ts';

/** The flags that override a route. */
export const routeFlags = {
  tool: field(z.string().optional(), { description: 'use this tool', value: 'NAME' }),
  model: field(z.string().optional(), { description: 'use this model', value: 'NAME' }),
  tier: field(Tier.optional(), { description: 'how hard it is', value: 'TIER' }),
  category: field(Category.optional(), { description: 'what kind of work it is', value: 'CATEGORY' }),
  labels: field(z.array(z.string()).optional(), {
    description: 'a label of its issue, which counts in the choice; again for more',
    flag: 'label',
    value: 'LABEL',
  }),
};

/** The flags of a task request beside its text; their names are the fields of `TaskRequest`. */
export const requestFlags = {
  ...routeFlags,
  repo: field(z.string().optional(), { description: 'the folder to work in (default: here)', value: 'DIR' }),
  checks: field(z.array(z.string()).optional(), {
    description: 'a command that must succeed; again for more',
    flag: 'check',
    value: 'CMD',
  }),
  budget: field(z.number().positive().optional(), {
    description: 'stop at this many US dollars',
    value: 'USD',
  }),
  timeout: field(z.string().optional(), { description: 'stop after this time, such as 30m', value: 'DUR' }),
  priority: field(z.number().int().optional(), {
    description: 'higher starts first (default 0)',
    value: 'N',
  }),
  after: field(z.array(z.string()).optional(), {
    description: 'start only when these tasks are done',
    value: 'TASK,…',
  }),
  afterFailed: field(z.enum(['skip', 'go-on']).optional(), {
    description: 'when one of them fails (default skip)',
    value: 'WHAT',
  }),
  attempts: field(z.number().int().optional(), {
    description: 'runs in a row: the first, then repairs and retries',
    value: 'N',
  }),
  access: field(Access.optional(), { description: 'what the agent may do', value: 'LEVEL' }),
  autoApprove: field(z.boolean().optional(), {
    description: 'land the work without asking when all is well',
  }),
  worktree: field(z.boolean().default(true), { description: 'work in the folder itself, not in a worktree' }),
};
