/** Token counts as the project keeps them: `input` without cache, `output` with reasoning. */
export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** The part of `output` that is reasoning. */
  reasoning: number;
}

/** An answer of the model. `path` is relative to the agent's folder; `call` names a tool as the agent itself does. */
export type Answer = (
  | { text: string }
  | { tool: 'write'; path: string; content: string }
  | { tool: 'shell'; command: string /** Milliseconds the agent may let it run. */; timeout?: number }
  | { tool: 'call'; name: string; input: unknown }
) & { usage?: Partial<Usage> };

/** A failing answer, given `for` times (default: ever) before the turn after it gets its chance. */
export type Failure =
  | {
      status: number;
      for?: number | 'ever';
      /** Seconds, sent as the header of that name. */
      retryAfter?: number;
      headers?: Record<string, string>;
      /** The provider's name for the error; a fitting one by default. */
      type?: string;
      message?: string;
      /** More fields of the error object. */
      fields?: Record<string, unknown>;
    }
  | { cut: true; for?: number | 'ever' };

/** `slow` waits that many milliseconds, each time the place is reached, then plays the next turn. */
export type Turn = Answer | Failure | { slow: number };

/**
 * What to say in one conversation. A conversation belongs to the first script whose `match` fits its first prompt.
 * `turns` answers that prompt, `later[0]` the second prompt of the session, and so on; the last list serves all later ones.
 */
export interface Script {
  match?: RegExp | string;
  turns: Turn[];
  later?: Turn[][];
}

/** What a request says about its conversation, whatever the wire format. */
export interface Conversation {
  model: string;
  stream: boolean;
  /** What the user asked, without the context that the agent adds; null for a call on the agent's own behalf. */
  prompts: string[] | null;
  /** Tool results since the last prompt. */
  results: number;
  cwd: string;
  tools: string[];
}

export type Move =
  | { kind: 'answer'; answer: Answer; slow: number }
  | { kind: 'status'; failure: Extract<Failure, { status: number }>; slow: number }
  | { kind: 'cut'; answer: Answer; slow: number };

const NOTHING: Answer = { text: 'ok' };
const DONE: Answer = { text: 'Done.' };

/** Counts how often each failure was given, per conversation: the only memory of the player. */
export type Given = Map<string, number>;

/**
 * The next move: the answer whose number equals the tool results so far, or a failure that stands before it.
 * Retries and side calls therefore never use up a turn.
 */
export function nextMove(scripts: Script[], conversation: Conversation, given: Given): Move {
  const { prompts, results } = conversation;
  const index = scripts.findIndex((script) => fits(script.match, prompts?.[0] ?? ''));
  const script = scripts[index];
  if (prompts === null || prompts.length === 0 || !script)
    return { kind: 'answer', answer: NOTHING, slow: 0 };
  const turns = turnsFor(script, prompts.length);
  const key = `${index}\0${prompts.join('\0')}`;
  const last = turns.findLast((turn) => isAnswer(turn)) ?? DONE;
  let passed = 0;
  let slow = 0;
  let cut = false;
  for (const [place, turn] of turns.entries()) {
    if (isAnswer(turn)) {
      if (passed === results) return { kind: cut ? 'cut' : 'answer', answer: turn, slow };
      passed += 1;
    } else if (passed !== results) {
    } else if ('slow' in turn) {
      slow += turn.slow;
    } else if (take(turn, `${key}\0${place}`, given)) {
      if ('status' in turn) return { kind: 'status', failure: turn, slow };
      cut = true;
    }
  }
  return { kind: cut ? 'cut' : 'answer', answer: 'text' in last ? last : DONE, slow };
}

/** The full usage of an answer; what is not named has a small default so that no sum is zero by accident. */
export function usageOf(answer: Answer): Usage {
  return { input: 1200, output: 60, cacheRead: 0, cacheWrite: 0, reasoning: 0, ...answer.usage };
}

function turnsFor(script: Script, prompts: number): Turn[] {
  const lists = [script.turns, ...(script.later ?? [])];
  return lists[Math.min(prompts, lists.length) - 1] ?? script.turns;
}

function take(failure: Failure, key: string, given: Given): boolean {
  const limit = failure.for ?? 'ever';
  const count = given.get(key) ?? 0;
  if (limit !== 'ever' && count >= limit) return false;
  given.set(key, count + 1);
  return true;
}

function isAnswer(turn: Turn): turn is Answer {
  return 'text' in turn || 'tool' in turn;
}

function fits(match: RegExp | string | undefined, prompt: string): boolean {
  return match === undefined || new RegExp(match).test(prompt);
}
