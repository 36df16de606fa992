import type { Turn } from '../../model-server/script.ts';
import { type Case, failing, LIFTS_AT, shared, work } from '../record-cases.ts';

export const cases: Record<string, Case> = {
  ...shared,
  'overloaded-529': failing({ status: 529, message: 'Overloaded' }),
  'context-limit': failing({ status: 400, message: 'prompt is too long: 214001 tokens > 200000 maximum' }),
  'quota-400': failing({
    status: 400,
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.',
  }),
  'permission-denied': {
    script: { turns: [{ tool: 'write', path: '../outside.txt', content: 'no\n' }, { text: 'Done.' }] },
  },
  'max-turns': { script: { turns: work }, extraArgs: ['--max-turns', '1'] },
  'usage-limit-429': {
    ...failing({
      status: 429,
      message: "This request would exceed your account's rate limit. Please try again later.",
      headers: {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(LIFTS_AT),
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      },
    }),
    env: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy-token' },
  },
  budget: {
    script: { turns: [{ ...work[0], usage: { input: 50_000, output: 20_000 } } as Turn, ...work.slice(1)] },
    budget: '0.05',
  },
  'slash-command': { script: { turns: work }, prompt: '/compact' },
  subagent: {
    beside: [
      { match: /^Look around$/, turns: [{ text: 'Nothing here.', usage: { input: 300, output: 9 } }] },
    ],
    script: {
      turns: [
        {
          tool: 'call',
          name: 'Agent',
          input: {
            description: 'Look',
            prompt: 'Look around',
            subagent_type: 'general-purpose',
            model: 'haiku',
            run_in_background: false,
          },
          usage: { input: 500, output: 40 },
        },
        { text: 'My helper looked.', usage: { input: 600, output: 12 } },
      ],
    },
  },
};
