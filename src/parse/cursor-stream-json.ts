import { oneLine } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';

type Event = Record<string, unknown>;

/** The format `cursor-stream-json`: one JSON object a line, ended by one of type `result`. A failure may lack it. */
export class CursorStreamJsonParser extends JsonParser {
  #said = '';

  constructor() {
    super('cursor-stream-json', ['system', 'user', 'assistant', 'tool_call', 'result']);
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    return super.conclude(exit, withoutEvents(stderrTail), lastText);
  }

  protected override event(event: Event): void {
    this.sessionIs(event.session_id);
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') this.modelIs(event.model);
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
    this.found.answer = this.#said.trim();
  }

  #call(event: Event): void {
    for (const [name, value] of toolCalls(event)) {
      const { args, result } = objectOf(value);
      const refused = refusalOf(result);
      if (refused !== undefined) this.#refused(name, args, refused);
      if (name === 'updateTodos') this.found.progress = toDos(args, result) ?? this.found.progress;
    }
  }

  #refused(name: string, args: unknown, refused: Event): void {
    const what = inputBrief(args) ?? inputBrief({ command: refused.command, path: refused.path }) ?? '';
    const why = nameOf(refused.reason) ?? nameOf(refused.error) ?? '';
    this.deny([name, what, why].join(' '));
  }

  #result(event: Event): void {
    const error = resultError(event);
    this.found.outcome = error === null ? 'completed' : 'failed';
    this.found.error = error;
    const usage = usageOf(event.usage);
    this.found.usage = usage ?? this.found.usage;
    this.found.usageComplete = usage !== undefined;
    const whole = error === null ? textOf(event.result)?.trim() : undefined;
    // `result` joins the texts of all turns; the last one alone is the answer.
    const said = this.#said.trim();
    if (whole && (said === '' || !whole.endsWith(said))) this.found.answer = whole;
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
  return progressByStatus(whole, 'content');
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
