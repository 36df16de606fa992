import type { Script, Turn } from '../model-server/script.ts';

export interface Case {
  /** Answers to the prompt; `later` answers a second prompt of the same session. */
  script: Omit<Script, 'match'>;
  prompt?: string;
  /** A first run in the same session, not recorded. */
  before?: boolean;
  access?: 'read-only' | 'edit' | 'full';
  session?: string;
  budget?: string;
  /** Added to the tool's own arguments, for what `run.sh` does not use. */
  extraArgs?: string[];
  env?: Record<string, string>;
  /** Ends the run by TERM once the server has seen so many requests of this run. */
  termAtRequest?: number;
  /** Ends the run by TERM after so many milliseconds, where no request can be waited for. */
  termAfter?: number;
}

const work: Turn[] = [
  {
    tool: 'write',
    path: 'hello.txt',
    content: 'hello\n',
    usage: { input: 1100, output: 45, cacheWrite: 2000 },
  },
  {
    tool: 'shell',
    command: 'cat hello.txt',
    usage: { input: 12, output: 31, cacheRead: 2000, cacheWrite: 150 },
  },
  { text: 'I wrote hello.txt.', usage: { input: 9, output: 23, cacheRead: 2150, reasoning: 7 } },
];
const second: Turn[] = [{ text: 'It says hello.', usage: { input: 15, output: 11, cacheRead: 2150 } }];
const failing = (turn: Turn): Case => ({ script: { turns: [turn, ...work] } });
const wrote = work.slice(0, 1);
/** When a usage limit lifts, in Unix seconds: far in the future, so that a recording stays true. */
const LIFTS_AT = 2_000_000_000;
const NO_SESSION = '00000000-0000-4000-8000-000000000000';

/** What is recorded for both tools. */
const shared: Record<string, Case> = {
  success: { script: { turns: work } },
  'auth-401': failing({ status: 401, message: 'invalid x-api-key' }),
  'rate-limit-429': failing({ status: 429, message: 'This request would exceed your rate limit.' }),
  'server-500': failing({ status: 500, message: 'Internal server error' }),
  'overloaded-529': failing({ status: 529, message: 'Overloaded' }),
  'model-404': failing({ status: 404, message: 'model: no-such-model' }),
  'bad-request-400': failing({ status: 400, message: 'messages: text content blocks must be non-empty' }),
  cut: { script: { turns: [...wrote, { cut: true }, ...work.slice(1)] } },
  'server-500-after-work': {
    script: { turns: [...wrote, { status: 500, message: 'Internal server error' }, ...work.slice(1)] },
  },
  'resumed-second-turn': {
    script: { turns: work, later: [second] },
    before: true,
    prompt: 'What does it say?',
  },
  'killed-term': { script: { turns: [...wrote, { slow: 60_000 }, ...work.slice(1)] }, termAtRequest: 2 },
  'bad-session': { script: { turns: work }, session: NO_SESSION },
  'no-network': {
    script: { turns: work },
    env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' },
    termAfter: 12_000,
  },
};

export const claudeCases: Record<string, Case> = {
  ...shared,
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
    script: { turns: [{ ...wrote[0], usage: { input: 50_000, output: 20_000 } } as Turn, ...work.slice(1)] },
    budget: '0.05',
  },
  'cut-once': { script: { turns: [...wrote, { cut: true, for: 1 }, ...work.slice(1)] } },
  'slash-command': { script: { turns: work }, prompt: '/compact' },
  'no-key': { script: { turns: work }, env: { ANTHROPIC_API_KEY: '' } },
  subagent: {
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

export const codexCases: Record<string, Case> = {
  ...shared,
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
  'no-key': { script: { turns: work }, env: { OPENAI_API_KEY: '' } },
  'cut-once': { script: { turns: [...wrote, { cut: true, for: 1 }, ...work.slice(1)] } },
};
