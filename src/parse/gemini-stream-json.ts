import { oneLine } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import { judge } from './ending.ts';
import { nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { exitError, lastAttempt, resultError, startError } from './gemini-stream-json-error.ts';
import { statsTokens } from './gemini-stream-json-usage.ts';
import { JsonEvents } from './json-events.ts';
import type { Exit, Parser } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressOf } from './to-do.ts';

type Event = Record<string, unknown>;

const MOST = 200;
const LONGEST_ANSWER = 262_144;
/** A tool that this run was not given is answered as if it did not exist. */
const WITHHELD = new Set(['write_file', 'replace', 'run_shell_command', 'web_fetch', 'ask_user']);
const DENIALS = new Set(['policy_violation', 'path_not_in_workspace']);
const DENIED = /^(path not in workspace|access denied)/i;
/** Said in a warning, after which the stream still ends on `success`. */
const GIVEN_UP = /^(loop detected|maximum session turns)/i;

/** The format `gemini-stream-json`: one JSON object a line, ended by one of type `result`. */
export class GeminiStreamJsonParser implements Parser {
  readonly #events = new JsonEvents((event) => this.#event(event));
  readonly #report: Report = emptyReport();
  /** Calls without a result yet, in words. */
  readonly #calls = new Map<string, { tool: string; brief: string }>();
  #begun = false;
  #told = '';
  #trouble = '';
  #text = '';

  push(bytes: Uint8Array): void {
    this.#events.push(bytes);
  }

  report(): Report {
    return structuredClone(this.#report);
  }

  end(exit: Exit | null, stderrTail: string): Report {
    this.#events.end();
    const report = this.report();
    const start = this.#begun || exit === null ? undefined : startError(exit.code, stderrTail);
    if (start !== undefined) return { ...report, outcome: 'failed', error: start };
    if (report.error !== null) return { ...report, error: exitError(report.error, exit?.code ?? null) };
    const words = this.#trouble || lastAttempt(stderrTail) || this.#events.lastText;
    return judge(report, exit, stderrTail, words);
  }

  #event(event: Event): void {
    this.#begun = true;
    switch (event.type) {
      case 'init':
        this.#report.session = nameOf(event.session_id) ?? this.#report.session;
        this.#report.model = nameOf(event.model) ?? this.#report.model;
        break;
      case 'message':
        if (event.role === 'assistant') this.#say(textOf(event.content) ?? '', event.delta === true);
        break;
      case 'tool_use':
        this.#use(event);
        break;
      case 'tool_result':
        this.#used(event);
        break;
      case 'error':
        this.#warn(event);
        break;
      case 'result':
        this.#result(event);
        break;
    }
  }

  /** The answer is what was said after the last tool call. */
  #say(text: string, more: boolean): void {
    if (!more) this.#text = text;
    else if (this.#text.length < LONGEST_ANSWER) this.#text += text;
    if (this.#text.trim() !== '') this.#report.answer = this.#text;
  }

  #use(event: Event): void {
    this.#text = '';
    const tool = nameOf(event.tool_name) ?? 'a tool';
    if (tool === 'write_todos') this.#report.progress = toDos(event.parameters) ?? this.#report.progress;
    const id = nameOf(event.tool_id);
    if (id === undefined || this.#calls.size >= MOST) return;
    this.#calls.set(id, { tool, brief: inputBrief(event.parameters) ?? '' });
  }

  #used(event: Event): void {
    this.#trouble = '';
    const id = nameOf(event.tool_id) ?? '';
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    const { type, message } = objectOf(event.error);
    const kind = nameOf(type) ?? '';
    const withheld = kind === 'tool_not_registered' && WITHHELD.has(call?.tool ?? '');
    if (!withheld && !DENIALS.has(kind) && !DENIED.test(nameOf(message) ?? '')) return;
    if (this.#report.denied.length >= MOST) return;
    this.#report.denied.push(oneLine(`${call?.tool ?? 'a tool'} ${call?.brief ?? ''}`.trim(), 200));
  }

  #warn(event: Event): void {
    const message = oneLine(textOf(event.message, 2000) ?? '', 500);
    this.#trouble = message;
    if (event.severity === 'error' || GIVEN_UP.test(message)) this.#told = message;
  }

  #result(event: Event): void {
    const tokens = statsTokens(event.stats, this.#report.model ?? '');
    if (tokens !== undefined) {
      this.#report.usage = tokens.total;
      this.#report.usageByModel = tokens.byModel();
      const models = Object.keys(this.#report.usageByModel);
      // The model that was asked for may have been replaced by another; `init` names the former.
      if (models.length === 1 && models[0]) this.#report.model = models[0];
    }
    const failed = event.status !== 'success' || this.#told !== '';
    this.#report.outcome = failed ? 'failed' : 'completed';
    this.#report.error = failed ? resultError(event.error, this.#told) : null;
    // An answer that was cut, by the network or by the tool itself, is left out of the figures.
    const cut = this.#told !== '' || this.#report.error?.class === 'network';
    this.#report.usageComplete = tokens !== undefined && !cut;
  }
}

function toDos(parameters: unknown): Report['progress'] {
  const todos = objectsOf(objectOf(parameters).todos).filter((todo) => todo.status !== 'cancelled');
  return progressOf(
    todos.map((todo) => ({
      text: textOf(todo.description, 200) ?? '',
      state: todo.status === 'in_progress' ? 'current' : todo.status === 'completed' ? 'done' : 'open',
    })),
  );
}
