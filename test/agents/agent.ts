import type { Usage } from '../../src/model/usage.ts';
import type { Script, Turn } from '../model-server/script.ts';
import type { Case } from './record-cases.ts';

/** A key that no provider ever issued; the agents refuse to start without one. */
export const DUMMY_KEY = 'sk-dummy-000000000000';

/** What an agent needs to talk to the model server at `url`, and to nobody else. */
export interface Setup {
  /** Variables beside HOME, PATH and their like. */
  env: Record<string, string>;
  /** Files in HOME, by path. */
  files: Record<string, string>;
}

/** How the tokens of a ledger line stand to what was served, and their source. */
export type CostWords =
  | `${'exact' | 'less' | 'begun'} ${'reported' | 'computed' | 'estimated' | 'unknown'}`
  | 'unknown';

/** How a run that did not come out well ended, as one may read it in the summary, in `exit.json` and in the ledger. */
export interface Came {
  /** Status and error classes: `failed auth`. */
  ends: string;
  /** Exit status or signal of the tool itself. */
  exit: number | string | RegExp;
  /**
   * The tokens of the ledger against what the model server served, and their source: `exact reported`. `exact` also
   * is a zero where nothing was served; `less` a lower bound; `begun` counts what cut answers had told before the cut.
   */
  cost: CostWords | RegExp;
  /** What of the tool's words the user must see. */
  says: RegExp;
}

/** The rows of the failure table; each agent says what each of them gives. */
export const failing = {
  '400': { status: 400, message: 'messages: text content blocks must be non-empty' },
  '401': { status: 401, message: 'invalid x-api-key' },
  '429': { status: 429, message: 'This request would exceed your rate limit.' },
  '500': { status: 500, message: 'Internal server error' },
  cut: { cut: true },
} satisfies Record<string, Turn>;
const settings = ['refused connection', 'no key', 'bad flag', 'bad session', 'turn limit'] as const;
const signals = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;
export type FailingTurn = keyof typeof failing;
export type Row = FailingTurn | (typeof settings)[number] | (typeof signals)[number];

/** One agent under test, as data. The folder it lies in has the name of the tool, and pins its version. */
export interface Agent {
  tool: string;
  /** The program's name, as its package installs it. */
  binary: string;
  model: string;
  /** The profile names no model for a tier, so `--model` has to. */
  modelGiven?: true;
  /** What its output calls that model, where that is another name. */
  modelTold?: string;
  /** US dollars for tokens as the agent's provider would charge them, where that is known. */
  price?: { provider: string } | { perMillion: Usage };
  /** Where dollars come from when all went well. */
  source: 'reported' | 'computed' | 'unknown';
  /** Tokens written to the cache are counted as plain input on its wire. */
  foldsCacheWrite?: true;
  setup(place: { url: string; key: string; home: string }): Setup;
  /** What of HOME remembers sessions: a run cannot go on in one when it is gone. */
  sessions: string[];
  /** Added to the tool's arguments, or to its set-up, for a limit of one turn. */
  turnLimit?: { args: string[] } | { files: Record<string, string> };
  /** A time limit in seconds that its first step keeps to, on a busy machine too. */
  timeLimit: number;
  /** Whether it tells what it spends in the midst of its work, so that a budget can stop it there, or at its end only. */
  tellsSpending: 'in the midst' | 'at its end';
  rows: Record<Row, Came | { none: string }>;
  /** A call of the tool that starts a helper with the prompt `Look around`, and how the ledger counts what that uses. */
  helper?: { name: string; input: Record<string, unknown>; access?: 'full'; cost: CostWords };
  /** Calls that the agent makes on its own behalf, and counts: added to the script, served like any other. */
  sideCalls?: Script[];
  /** What arrives of a prompt, where that is not byte for byte what was sent; it also may arrive within more. */
  promptArrives?: (text: string, start: string) => string | { within: string };
  /** Where its own tools, unlike its shell, write in the folder only: with access `edit`, or always. */
  keepsToFolder?: 'edit' | 'always';
  /** Recorded beside what is recorded of every agent. */
  cases: Record<string, Case>;
}
