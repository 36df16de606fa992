import { jsonObject } from '../base/jsonl.ts';
import { oneLine, plainText } from '../base/text.ts';
import type { TaskError } from '../model/word-schemas.ts';
import type { ErrorClass } from '../model/words.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, objectOf, textOf } from './field.ts';

/** What this format says in words that no other uses. The first row that fits wins. */
const words: readonly (readonly [ErrorClass, RegExp])[] = [
  ['over_budget', /max(imum)? session turns/i],
  ['rate_limit', /quota will reset after/i],
  ['quota', /exhausted your (daily )?(quota|capacity)/i],
  ['context_limit', /token count .{0,40}exceeds the maximum/i],
  ['auth', /api key (not valid|expired|not found)|specify the \S+ environment variable|set an auth method/i],
  ['bad_request', /^error resuming session|invalid session identifier/i],
  ['network', /^terminated$/],
  ['bad_output', /loop detected/i],
  ['refused', /blocked by (safety|recitation)|safety filter/i],
];

/** Exit codes of their own; an API error ends with its HTTP status modulo 256 instead. */
const exits: Record<number, ErrorClass> = {
  41: 'auth',
  42: 'bad_request',
  52: 'bad_request',
  53: 'over_budget',
  55: 'permission',
};

const NOISE = /^(warning:|yolo mode|ripgrep is not|\[startup\]|\s)/i;

/** The error of a `result` event; `told` is what `error` events said before it. */
export function resultError(error: unknown, told: string): TaskError {
  const raw = textOf(objectOf(error).message, 20_000) || told || 'the tool ended with an error and no reason';
  const { text, status } = unwrapped(raw);
  const own = ownClass(text);
  const known = own ?? (status === undefined ? classOfWords(text) : classOfStatus(status, text));
  return { class: known ?? 'bad_output', message: oneLine(text, 500) };
}

/** The error with the class that the exit code tells, where its words told none: 173 is HTTP status 429 modulo 256. */
export function exitError(error: TaskError, code: number | null): TaskError {
  if (error.class !== 'bad_output' || code === null || code < 144) return error;
  return { ...error, class: classOfStatus(code + 256, error.message) };
}

/** Why a run ended before its first event, from its exit code and stderr; undefined when they do not tell. */
export function startError(code: number | null, stderrTail: string): TaskError | undefined {
  const known = code === null || !Object.hasOwn(exits, code) ? undefined : exits[code];
  if (known === undefined) return undefined;
  const lines = plainText(stderrTail.slice(-16_384)).split('\n');
  const told = lines.find((line) => line.trim() !== '' && !NOISE.test(line)) ?? `exited with status ${code}`;
  return { class: ownClass(told) ?? known, message: oneLine(told, 500) };
}

/** The last failed attempt that stderr tells of, or ''. Retries leave no event. */
export function lastAttempt(stderrTail: string): string {
  const lines = plainText(stderrTail.slice(-16_384)).split('\n');
  return oneLine(lines.findLast((line) => /^attempt \d+ failed/i.test(line)) ?? '', 500);
}

function ownClass(text: string): ErrorClass | undefined {
  const said = text.slice(0, 4000);
  return words.find(([, pattern]) => pattern.test(said))?.[0];
}

/** The provider's own message out of `[API Error: …]`, where it may be JSON, or JSON within JSON. */
function unwrapped(raw: string): { text: string; status: number | undefined } {
  let text = /^\[API Error: ([\s\S]*)\](?:\n[\s\S]*)?$/.exec(raw.trim())?.[1] ?? raw;
  let status: number | undefined;
  for (let depth = 0; depth < 3; depth += 1) {
    const error = objectOf(jsonObject(text)?.error);
    const inner = textOf(error.message, 20_000);
    if (inner === undefined) break;
    status = countOf(error.code) ?? status;
    text = inner;
  }
  return { text, status };
}
