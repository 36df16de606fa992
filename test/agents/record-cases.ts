import type { Script, Turn } from '../model-server/script.ts';

/** One recording: what the model does, and in which circumstances. */
export interface Case {
  /** Answers to the prompt; `later` answers a second prompt of the same session. */
  script: Omit<Script, 'match'>;
  /** Other conversations of the same run: a helper's. */
  beside?: Script[];
  prompt?: string;
  /** A first run in the same session, not recorded. */
  before?: boolean;
  access?: 'read-only' | 'edit' | 'full';
  model?: string;
  session?: string;
  budget?: string;
  /** Nobody answers at the model's address. */
  nobody?: boolean;
  key?: string;
  /** Added to the tool's own arguments, for what `run.sh` does not use. */
  extraArgs?: string[];
  env?: Record<string, string>;
  /** Files in HOME. */
  files?: Record<string, string>;
  /** Ends the run by TERM once the server has seen so many requests of this run. */
  termAtRequest?: number;
  /** The same by INT. */
  intAtRequest?: number;
  /** Ends the run by TERM after so many milliseconds, where no request can be waited for. */
  termAfter?: number;
}

/** When a usage limit lifts, in Unix seconds: far in the future, so that a recording stays true. */
export const LIFTS_AT = 2_000_000_000;
export const NO_SESSION = '00000000-0000-4000-8000-000000000000';

/** A file written, a look at it, and words. On wires without a count of cache writes these are part of the input. */
export type Work = [Turn, Turn, Turn];
export const work: Work = [
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

/** A run whose model fails for ever, at once. */
export const failing = (turn: Turn): Case => ({ script: { turns: [turn, ...work] } });
/** The same after the first step of the work. */
export const failingLater = (turn: Turn): Case => ({
  script: { turns: [work[0], turn, ...work.slice(1)] },
});

/** What is recorded of every agent. */
export const shared = {
  success: { script: { turns: work } },
  'auth-401': failing({ status: 401, message: 'invalid x-api-key' }),
  'rate-limit-429': failing({ status: 429, message: 'This request would exceed your rate limit.' }),
  'server-500': failing({ status: 500, message: 'Internal server error' }),
  'model-404': failing({ status: 404, message: 'model: no-such-model' }),
  'bad-request-400': failing({ status: 400, message: 'messages: text content blocks must be non-empty' }),
  'server-500-after-work': failingLater({ status: 500, message: 'Internal server error' }),
  cut: failingLater({ cut: true }),
  'cut-once': failingLater({ cut: true, for: 1 }),
  'resumed-second-turn': {
    script: { turns: work, later: [second] },
    before: true,
    prompt: 'What does it say?',
  },
  'killed-term': { ...failingLater({ slow: 60_000 }), termAtRequest: 2 },
  'killed-int': { ...failingLater({ slow: 60_000 }), intAtRequest: 2 },
  'bad-session': { script: { turns: work }, session: NO_SESSION },
  'bad-flag': { script: { turns: work }, extraArgs: ['--no-such-flag'] },
  'no-network': { script: { turns: work }, nobody: true, termAfter: 12_000 },
  'no-key': { script: { turns: work }, key: '' },
  'failing-command': {
    script: {
      turns: [
        work[0],
        {
          tool: 'shell',
          command: 'echo trouble >&2; exit 3',
          usage: { input: 14, output: 20, cacheRead: 2000 },
        },
        { text: 'The command failed.', usage: { input: 9, output: 6, cacheRead: 2014 } },
      ],
    },
  },
} satisfies Record<string, Case>;
