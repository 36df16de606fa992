import { oneLine } from '../base/text.ts';
import type { Progress } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import { inputBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';

type Event = Record<string, unknown>;

/** So many calls may wait for their result at once before the oldest is forgotten. */
const OPEN_CALLS = 64;
const DENIED = /\bis not permitted in this\b|\binsufficient permission\b/i;
/** What the stream says after an error that it has told already. */
const AFTERWARDS = /^exec failed\.?$/i;

/** The format `droid-stream-json`: one JSON object a line, ended by one of type `completion`. */
export class DroidStreamJsonParser extends JsonParser {
  readonly #calls = new Map<string, string>();
  /** The final figures leave out what helpers used. */
  #helped = false;

  constructor() {
    super('droid-stream-json', ['system', 'message', 'tool_call', 'tool_result', 'error', 'completion']);
  }

  protected override event(event: Event): void {
    this.sessionIs(event.session_id);
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') this.modelIs(event.model);
        break;
      case 'message':
        if (event.role === 'assistant') this.found.answer = textOf(event.text) ?? this.found.answer;
        break;
      case 'tool_call':
        this.#call(event);
        break;
      case 'tool_result':
        this.#result(event);
        break;
      case 'error':
        this.#fail(event);
        break;
      case 'completion':
        this.#complete(event);
        break;
    }
  }

  #call(event: Event): void {
    const tool = nameOf(event.toolName) ?? 'a tool';
    const input = objectOf(event.parameters);
    if (tool === 'TodoWrite') this.found.progress = toDos(input.todos) ?? this.found.progress;
    if (tool === 'AskUser') this.#asked(textOf(input.questionnaire, 10_000) ?? '');
    this.#calls.set(nameOf(event.id) ?? '', oneLine(`${tool} ${inputBrief(input) ?? ''}`, 200));
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > OPEN_CALLS && oldest !== undefined) this.#calls.delete(oldest);
  }

  #asked(questionnaire: string): void {
    for (const [, question] of questionnaire.matchAll(/\[question\]\s*(.+)/g)) this.ask(question);
  }

  #result(event: Event): void {
    const tool = nameOf(event.toolId) ?? 'a tool';
    const id = nameOf(event.id) ?? '';
    const call = this.#calls.get(id) ?? tool;
    this.#calls.delete(id);
    if (tool === 'Task' && event.isError !== true) this.#helped = true;
    const refused = event.isError === true && DENIED.test(textOf(objectOf(event.error).message, 2000) ?? '');
    if (refused) this.deny(call);
  }

  #fail(event: Event): void {
    const text = textOf(event.message, 4000) ?? '';
    this.limitWords = text;
    const told = this.found.outcome === 'failed';
    if (!told || !AFTERWARDS.test(text.trim())) this.found.error = errorOf(text);
    this.found.outcome = 'failed';
  }

  #complete(event: Event): void {
    const usage = usageOf(event.usage);
    this.found.outcome = 'completed';
    this.found.error = null;
    this.found.answer = textOf(event.finalText) ?? this.found.answer;
    this.found.usage = usage ?? this.found.usage;
    this.found.usageComplete = usage !== undefined && !this.#helped;
  }
}

/** The usage of a `completion`: input without cache, output with reasoning, without helpers. */
export function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const [input, output] = [countOf(fields.input_tokens), countOf(fields.output_tokens)];
  if (input === undefined || output === undefined) return undefined;
  const cacheRead = countOf(fields.cache_read_input_tokens) ?? 0;
  const cacheWrite = countOf(fields.cache_creation_input_tokens) ?? 0;
  return { input, output, cacheRead, cacheWrite };
}

/** An error of the provider begins with its HTTP status. */
function errorOf(text: string): TaskError {
  const message = oneLine(text, 500) || 'the run failed without a reason';
  const status = Number(/^\s*([45]\d\d)\b/.exec(text)?.[1]);
  if (status >= 400) return { class: classOfStatus(status, text), message };
  if (DENIED.test(text)) return { class: 'permission', message };
  return { class: classOfWords(text) ?? 'internal', message };
}

/** The list comes as text, `1. [in_progress] what`, or as objects. */
export function toDos(todos: unknown): Progress | null {
  const lines = textOf(todos, 50_000)?.split('\n', 1000) ?? [];
  const told = lines.flatMap((line) => {
    const [, status, text] = /^\s*(?:\d+[.)]|[-*])?\s*\[(\w+)\]\s*(.*)$/.exec(line) ?? [];
    return status === undefined ? [] : [{ status, content: text }];
  });
  return progressByStatus([...told, ...objectsOf(todos)], 'content');
}
