import { jsonObject } from '../base/jsonl.ts';
import { oneLine, plainText } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { judge } from './ending.ts';
import { classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { progressOf } from './to-do.ts';

type Event = Record<string, unknown>;

const MOST = 200;
/** A change that the sandbox refuses leaves no event, only a line on stderr. */
const DENIED = /\b(rejected|denied|blocked by \S+ sandbox)\b/i;

/** The format `codex-jsonl`: one JSON object a line, ended by `turn.completed` or `turn.failed`. */
export class CodexJsonlParser extends JsonParser {
  #inTurn = false;

  constructor() {
    super('codex-jsonl', [
      'thread.started',
      'turn.started',
      'item.started',
      'item.updated',
      'item.completed',
      'error',
      'turn.completed',
      'turn.failed',
    ]);
    this.found.usageScope = 'session';
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    const report = this.report();
    report.denied.push(...denials(stderrTail));
    const quiet = `${this.lastTrouble}${lastText}${stderrTail}`.trim() === '';
    if (this.#inTurn && quiet && exit?.code === 1 && exit.signal === null) {
      // Whatever else ends a turn is told; that it was an interrupt is concluded from the silence.
      const message = 'exited with status 1 in the midst of its turn without a word: taken for an interrupt';
      return { ...report, outcome: 'failed', error: { class: 'killed', message } };
    }
    return judge(report, exit, stderrTail, this.lastTrouble || lastText);
  }

  protected override event(event: Event): void {
    switch (event.type) {
      case 'thread.started':
        this.sessionIs(event.thread_id);
        break;
      case 'turn.started':
        this.#inTurn = true;
        this.found.outcome = 'incomplete';
        this.found.error = null;
        this.found.usageComplete = false;
        break;
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        this.#item(objectOf(event.item), event.type === 'item.completed');
        break;
      case 'error':
        // It marks retries too: it ends nothing.
        this.lastTrouble = oneLine(errorText(event.message), 500);
        break;
      case 'turn.completed':
        this.#inTurn = false;
        this.found.outcome = 'completed';
        this.found.error = null;
        this.found.usage = usageOf(event.usage) ?? this.found.usage;
        this.found.usageComplete = usageOf(event.usage) !== undefined;
        break;
      case 'turn.failed':
        this.#inTurn = false;
        this.found.outcome = 'failed';
        this.found.error = turnError(event.error);
        this.limitWords = textOf(objectOf(event.error).message, 20_000) ?? '';
        break;
    }
  }

  #item(item: Event, completed: boolean): void {
    if (item.type === 'todo_list') this.found.progress = toDos(item) ?? this.found.progress;
    if (!completed) return;
    this.lastTrouble = '';
    if (item.type === 'agent_message') this.found.answer = textOf(item.text) ?? this.found.answer;
    if (item.status === 'declined') {
      const what = nameOf(item.command) ?? nameOf(objectsOf(item.changes)[0]?.path) ?? '';
      this.deny(`${nameOf(item.type) ?? 'a tool'} ${what}`);
    }
  }
}

/** `input_tokens` includes what was read from and written to the cache; `output_tokens` includes reasoning. */
function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const [all, output] = [countOf(fields.input_tokens), countOf(fields.output_tokens)];
  if (all === undefined || output === undefined) return undefined;
  const cacheRead = countOf(fields.cached_input_tokens) ?? 0;
  const cacheWrite = countOf(fields.cache_write_input_tokens) ?? 0;
  const input = all - cacheRead - cacheWrite;
  return input < 0 ? undefined : { input, output, cacheRead, cacheWrite };
}

function turnError(value: unknown): TaskError {
  const message = objectOf(value).message;
  const text = errorText(message) || 'the turn failed without a reason';
  const known = classOfWords(text) ?? classOfWords(textOf(message, 4000) ?? '');
  return { class: known ?? 'provider_error', message: oneLine(text, 500) };
}

/** Some messages are the provider's answer as JSON; then it is the message inside. */
function errorText(value: unknown): string {
  const text = textOf(value, 20_000) ?? '';
  return textOf(objectOf(jsonObject(text)?.error).message, 4000) ?? text;
}

/** The plan of a `todo_list` item: the first that is not done is the current one. */
export function toDos(item: Event): Report['progress'] {
  const items = objectsOf(item.items);
  const next = items.findIndex((one) => one.completed !== true);
  return progressOf(
    items.map((one, index) => ({
      text: textOf(one.text, 200) ?? '',
      state: one.completed === true ? 'done' : index === next ? 'current' : 'open',
    })),
  );
}

function denials(stderrTail: string): string[] {
  const lines = plainText(stderrTail.slice(-65_536)).split('\n');
  const refused = lines.filter((line) => /\bERROR\b/.test(line) && DENIED.test(line));
  return refused
    .slice(0, MOST)
    .map((line) => oneLine(line.replace(/^.*?\bERROR\b\s*(\S+:\s+)?(error=)?/, ''), 200));
}
