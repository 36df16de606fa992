import { oneLine } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { judge } from './ending.ts';
import { classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonEvents } from './json-events.ts';
import type { Exit, Parser } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressOf } from './to-do.ts';

type Event = Record<string, unknown>;

const MOST = 200;

/** The format `cursor-stream-json`: one JSON object a line, ended by one of type `result`. A failure may lack it. */
export class CursorStreamJsonParser implements Parser {
  readonly #events = new JsonEvents((event) => this.#event(event));
  readonly #report: Report = emptyReport();
  #said = '';

  push(bytes: Uint8Array): void {
    this.#events.push(bytes);
  }

  report(): Report {
    return structuredClone(this.#report);
  }

  end(exit: Exit | null, stderrTail: string): Report {
    this.#events.end();
    return judge(this.report(), exit, withoutEvents(stderrTail), this.#events.lastText);
  }

  #event(event: Event): void {
    this.#report.session = nameOf(event.session_id) ?? this.#report.session;
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') this.#report.model = nameOf(event.model) ?? this.#report.model;
        break;
      case 'assistant':
        this.#assistant(objectOf(event.message));
        break;
      case 'tool_call':
        this.#call(event);
        break;
      case 'result':
        this.#result(event);
        break;
    }
  }

  #assistant(message: Event): void {
    const text = objectsOf(message.content)
      .map((block) => (block.type === 'text' ? (textOf(block.text) ?? '') : ''))
      .join('');
    if (text.trim() === '') return;
    this.#said = text.slice(0, 262_144);
    this.#report.answer = this.#said.trim();
  }

  #call(event: Event): void {
    for (const [name, value] of toolCalls(event)) {
      const { args, result } = objectOf(value);
      const refused = refusalOf(result);
      if (refused !== undefined) this.#deny(name, args, refused);
      if (name === 'updateTodos') this.#report.progress = toDos(args, result) ?? this.#report.progress;
    }
  }

  #deny(name: string, args: unknown, refused: Event): void {
    if (this.#report.denied.length >= MOST) return;
    const what = inputBrief(args) ?? inputBrief({ command: refused.command, path: refused.path }) ?? '';
    const why = nameOf(refused.reason) ?? nameOf(refused.error) ?? '';
    this.#report.denied.push(oneLine([name, what, why].join(' '), 200));
  }

  #result(event: Event): void {
    const error = resultError(event);
    this.#report.outcome = error === null ? 'completed' : 'failed';
    this.#report.error = error;
    const usage = usageOf(event.usage);
    this.#report.usage = usage ?? this.#report.usage;
    this.#report.usageComplete = usage !== undefined;
    const whole = error === null ? textOf(event.result)?.trim() : undefined;
    // `result` joins the texts of all turns; the last one alone is the answer.
    const said = this.#said.trim();
    if (whole && (said === '' || !whole.endsWith(said))) this.#report.answer = whole;
  }
}

/** The calls of a `tool_call` event by name: `shellToolCall` is told as `shell`. */
export function toolCalls(event: Event): [name: string, call: unknown][] {
  return Object.entries(objectOf(event.tool_call))
    .filter(([key]) => /^\w{1,60}ToolCall$/.test(key))
    .map(([key, call]) => [key.slice(0, -'ToolCall'.length), call]);
}

/** What stands in a tool's result when it was not allowed to run. */
export function refusalOf(result: unknown): Event | undefined {
  const { rejected, permissionDenied, writePermissionDenied } = objectOf(result);
  const found = rejected ?? permissionDenied ?? writePermissionDenied;
  return found === undefined || found === null ? undefined : objectOf(found);
}

/** A complete to-do list; a call that only merges into it says the whole in its result alone. */
export function toDos(args: unknown, result: unknown): Report['progress'] {
  const { todos, merge } = objectOf(args);
  const whole = objectOf(objectOf(result).success).todos ?? (merge === true ? undefined : todos);
  return progressOf(
    objectsOf(whole).map((item) => {
      const status = (nameOf(item.status) ?? '').toLowerCase().replace(/^todo_status_/, '');
      return {
        text: textOf(item.content, 200) ?? '',
        state:
          status === 'in_progress' ? 'current' : /^(completed|cancelled)$/.test(status) ? 'done' : 'open',
      };
    }),
  );
}

/** `inputTokens` counts neither of the cache figures. Older versions tell no usage at all. */
export function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const [input, output] = [countOf(fields.inputTokens), countOf(fields.outputTokens)];
  if (input === undefined || output === undefined) return undefined;
  const [cacheRead, cacheWrite] = [
    countOf(fields.cacheReadTokens) ?? 0,
    countOf(fields.cacheWriteTokens) ?? 0,
  ];
  return { input, output, cacheRead, cacheWrite };
}

function resultError(event: Event): TaskError | null {
  if (event.subtype === 'success' && event.is_error === false) return null;
  const text = textOf(event.result, 4000) || textOf(event.error, 4000) || '';
  const message = oneLine(text || `the tool ended with ${nameOf(event.subtype) ?? 'no word'}`, 500);
  return { class: classOfWords(text) ?? 'bad_output', message };
}

/** Some versions print the events on stderr again; those are no words of trouble. */
function withoutEvents(stderrTail: string): string {
  const lines = stderrTail.slice(-65_536).split('\n');
  return lines.filter((line) => !/^\s*\{"/.test(line)).join('\n');
}
