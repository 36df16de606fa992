import { oneLine } from '../base/text.ts';
import { emptyReport, type Progress, type Report } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { judge } from './ending.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonEvents } from './json-events.ts';
import type { Exit, Parser } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressOf } from './to-do.ts';

type Event = Record<string, unknown>;

const MOST = 200;
/** So many calls may wait for their result at once before the oldest is forgotten. */
const OPEN_CALLS = 64;
const DENIED = /\bis not permitted in this\b|\binsufficient permission\b/i;
/** What the stream says after an error that it has told already. */
const AFTERWARDS = /^exec failed\.?$/i;
const STATES = new Map<unknown, 'done' | 'current'>([
  ['completed', 'done'],
  ['in_progress', 'current'],
]);

/** The format `droid-stream-json`: one JSON object a line, ended by one of type `completion`. */
export class DroidStreamJsonParser implements Parser {
  readonly #events = new JsonEvents((event) => this.#event(event));
  readonly #report: Report = emptyReport();
  readonly #calls = new Map<string, string>();
  /** The final figures leave out what helpers used. */
  #helped = false;

  push(bytes: Uint8Array): void {
    this.#events.push(bytes);
  }

  report(): Report {
    return structuredClone(this.#report);
  }

  end(exit: Exit | null, stderrTail: string): Report {
    this.#events.end();
    return judge(this.report(), exit, stderrTail, this.#events.lastText);
  }

  #event(event: Event): void {
    this.#report.session = nameOf(event.session_id) ?? this.#report.session;
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') this.#report.model = nameOf(event.model) ?? this.#report.model;
        break;
      case 'message':
        if (event.role === 'assistant') this.#report.answer = textOf(event.text) ?? this.#report.answer;
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
    if (tool === 'TodoWrite') this.#report.progress = toDos(input.todos) ?? this.#report.progress;
    if (tool === 'AskUser') this.#ask(textOf(input.questionnaire, 10_000) ?? '');
    this.#calls.set(nameOf(event.id) ?? '', oneLine(`${tool} ${inputBrief(input) ?? ''}`, 200));
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > OPEN_CALLS && oldest !== undefined) this.#calls.delete(oldest);
  }

  #ask(questionnaire: string): void {
    for (const [, question] of questionnaire.matchAll(/\[question\]\s*(.+)/g)) {
      if (question === undefined || this.#report.questions.length >= MOST) return;
      if (!this.#report.questions.includes(question)) this.#report.questions.push(question);
    }
  }

  #result(event: Event): void {
    const tool = nameOf(event.toolId) ?? 'a tool';
    const id = nameOf(event.id) ?? '';
    const call = this.#calls.get(id) ?? tool;
    this.#calls.delete(id);
    if (tool === 'Task' && event.isError !== true) this.#helped = true;
    const refused = event.isError === true && DENIED.test(textOf(objectOf(event.error).message, 2000) ?? '');
    if (refused && this.#report.denied.length < MOST) this.#report.denied.push(call);
  }

  #fail(event: Event): void {
    const text = textOf(event.message, 4000) ?? '';
    const told = this.#report.outcome === 'failed';
    if (!told || !AFTERWARDS.test(text.trim())) this.#report.error = errorOf(text);
    this.#report.outcome = 'failed';
  }

  #complete(event: Event): void {
    const usage = usageOf(event.usage);
    this.#report.outcome = 'completed';
    this.#report.error = null;
    this.#report.answer = textOf(event.finalText) ?? this.#report.answer;
    this.#report.usage = usage ?? this.#report.usage;
    this.#report.usageComplete = usage !== undefined && !this.#helped;
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
  return progressOf(
    [...told, ...objectsOf(todos)].map(({ status, content }) => ({
      text: textOf(content, 200) ?? '',
      state: STATES.get(status) ?? 'open',
    })),
  );
}
