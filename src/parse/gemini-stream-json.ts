import { oneLine } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import { judge } from './ending.ts';
import { nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { exitError, lastAttempt, resultError, startError } from './gemini-stream-json-error.ts';
import { statsTokens } from './gemini-stream-json-usage.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';

type Event = Record<string, unknown>;

/** So many calls may wait for their result at once. */
const OPEN_CALLS = 200;
const LONGEST_ANSWER = 262_144;
/** A tool that this run was not given is answered as if it did not exist. */
const WITHHELD = new Set(['write_file', 'replace', 'run_shell_command', 'web_fetch', 'ask_user']);
const DENIALS = new Set(['policy_violation', 'path_not_in_workspace']);
const DENIED = /^(path not in workspace|access denied)/i;
/** Said in a warning, after which the stream still ends on `success`. */
const GIVEN_UP = /^(loop detected|maximum session turns)/i;

/** The format `gemini-stream-json`: one JSON object a line, ended by one of type `result`. */
export class GeminiStreamJsonParser extends JsonParser {
  /** Calls without a result yet, in words. */
  readonly #calls = new Map<string, { tool: string; brief: string }>();
  #told = '';
  #text = '';
  #blank = true;

  constructor() {
    super('gemini-stream-json', ['init', 'message', 'tool_use', 'tool_result', 'error', 'result']);
  }

  override trouble(stderrTail: string): string {
    return this.lastTrouble || lastAttempt(stderrTail);
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    const report = this.report();
    const start = this.begun || exit === null ? undefined : startError(exit.code, stderrTail);
    if (start !== undefined) return { ...report, outcome: 'failed', error: start };
    if (report.error !== null) return { ...report, error: exitError(report.error, exit?.code ?? null) };
    const words = this.trouble(stderrTail) || lastText;
    return judge(report, exit, stderrTail, words);
  }

  protected override event(event: Event): void {
    switch (event.type) {
      case 'init':
        this.sessionIs(event.session_id);
        this.modelIs(event.model);
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
    if (!more) this.#clear();
    if (this.#text.length < LONGEST_ANSWER) this.#text += text;
    // Of the piece alone: a look at all that was said, at each of many pieces, would take minutes.
    this.#blank &&= text.trim() === '';
    if (!this.#blank) this.found.answer = this.#text;
  }

  #clear(): void {
    this.#text = '';
    this.#blank = true;
  }

  #use(event: Event): void {
    this.#clear();
    const tool = nameOf(event.tool_name) ?? 'a tool';
    if (tool === 'write_todos') this.found.progress = toDos(event.parameters) ?? this.found.progress;
    const id = nameOf(event.tool_id);
    if (id === undefined || this.#calls.size >= OPEN_CALLS) return;
    this.#calls.set(id, { tool, brief: inputBrief(event.parameters) ?? '' });
  }

  #used(event: Event): void {
    this.lastTrouble = '';
    const id = nameOf(event.tool_id) ?? '';
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    const { type, message } = objectOf(event.error);
    const kind = nameOf(type) ?? '';
    const withheld = kind === 'tool_not_registered' && WITHHELD.has(call?.tool ?? '');
    if (!withheld && !DENIALS.has(kind) && !DENIED.test(nameOf(message) ?? '')) return;
    this.deny(`${call?.tool ?? 'a tool'} ${call?.brief ?? ''}`);
  }

  #warn(event: Event): void {
    const message = oneLine(textOf(event.message, 2000) ?? '', 500);
    this.lastTrouble = message;
    if (event.severity === 'error' || GIVEN_UP.test(message)) this.#told = message;
  }

  #result(event: Event): void {
    const tokens = statsTokens(event.stats, this.found.model ?? '');
    if (tokens !== undefined) {
      this.found.usage = tokens.total;
      this.found.usageByModel = tokens.byModel();
      const models = Object.keys(this.found.usageByModel);
      // The model that was asked for may have been replaced by another; `init` names the former.
      if (models.length === 1 && models[0]) this.found.model = models[0];
    }
    this.limitWords = textOf(objectOf(event.error).message, 20_000) ?? '';
    const failed = event.status !== 'success' || this.#told !== '';
    this.found.outcome = failed ? 'failed' : 'completed';
    this.found.error = failed ? resultError(event.error, this.#told) : null;
    // An answer that was cut, by the network or by the tool itself, is left out of the figures.
    const cut = this.#told !== '' || this.found.error?.class === 'network';
    this.found.usageComplete = tokens !== undefined && !cut;
  }
}

/** The plan in a call's parameters, without what was given up. */
export function toDos(parameters: unknown): Report['progress'] {
  const todos = objectsOf(objectOf(parameters).todos).filter((todo) => todo.status !== 'cancelled');
  return progressByStatus(todos, 'description');
}
