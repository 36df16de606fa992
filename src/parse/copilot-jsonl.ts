import { oneLine } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { TaskError } from '../model/word-schemas.ts';
import type { ErrorClass } from '../model/words.ts';
import { judge } from './ending.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { TokenSums } from './token-sums.ts';

type Event = Record<string, unknown>;

const TYPES = [
  'session.skills_loaded',
  'session.mcp_servers_loaded',
  'session.info',
  'user.message',
  'assistant.turn_start',
  'assistant.message',
  'model.call_start',
  'model.call_failure',
  'session.tools_updated',
  'session.error',
  'tool.execution_start',
  'tool.execution_complete',
  'result',
];
/** So many calls may wait for their result at once before the oldest is forgotten. */
const OPEN_CALLS = 64;
/** A tool that this run was not given is answered as if it did not exist. */
const WITHHELD = /^Tool '(create|edit|bash|task|apply_patch|str_replace|web_fetch)' does not exist/;
const DENIED = /permission (was )?denied|denied permission|\bdenied by\b|not permitted/i;

const errorTypes = new Map<unknown, ErrorClass>([
  ['authentication', 'auth'],
  ['authorization', 'auth'],
  ['quota', 'quota'],
  ['rate_limit', 'rate_limit'],
  ['context_limit', 'context_limit'],
  ['policy', 'refused'],
]);

/**
 * The format `copilot-jsonl`: one JSON object a line, `{type, data}`, ended by one of type `result`. That holds no tokens: a
 * line `usage_output_file` may follow, with what the tool wrote to the file of that name.
 */
export class CopilotJsonlParser extends JsonParser {
  readonly #calls = new Map<string, string>();
  /** An error that no later message of the model has shown to be got over. */
  #error: TaskError | null = null;
  /** A run ended by a signal says so, and then ends with status 0, with or without a `result`. */
  #aborted = false;

  constructor() {
    super('copilot-jsonl', TYPES, ['usage_output_file']);
    this.found.usageScope = 'session';
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    const report = this.report();
    const silent = report.outcome === 'incomplete' && this.#error !== null && exit?.signal === null;
    if (silent && exit.code !== null && exit.code > 0 && exit.code < 126)
      return { ...report, outcome: 'failed', error: this.#error };
    return judge(report, exit, stderrTail, this.lastTrouble || lastText);
  }

  protected override event(event: Event): void {
    const data = objectOf(event.data);
    switch (event.type) {
      case 'session.tools_updated':
        this.modelIs(data.model);
        break;
      case 'assistant.message':
        this.#say(data);
        break;
      case 'model.call_failure':
        this.limitWords = textOf(data.errorMessage, 16_384) ?? '';
        this.lastTrouble = oneLine(
          `status ${countOf(data.statusCode) ?? 'unknown'}: ${this.limitWords}`,
          500,
        );
        break;
      case 'abort':
        this.#abort(nameOf(data.reason) ?? 'no reason given');
        break;
      case 'session.error':
        this.#error = errorOf(data, this.limitWords);
        break;
      case 'user_input.requested':
        this.ask(textOf(data.question, 2000));
        break;
      case 'tool.execution_start':
        this.#start(data);
        break;
      case 'tool.execution_complete':
        this.#complete(data);
        break;
      case 'result':
        this.#result(event);
        break;
      case 'usage_output_file':
        this.#usage(data);
        break;
    }
  }

  #say(data: Event): void {
    this.#error = null;
    this.lastTrouble = '';
    if (typeof data.parentToolCallId === 'string') return;
    this.modelIs(data.model);
    const text = textOf(data.content) ?? '';
    if (text.trim() !== '') this.found.answer = text;
  }

  #start(data: Event): void {
    const brief = inputBrief(data.arguments) ?? '';
    this.#calls.set(nameOf(data.toolCallId) ?? '', `${nameOf(data.toolName) ?? 'a tool'} ${brief}`);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > OPEN_CALLS && oldest !== undefined) this.#calls.delete(oldest);
  }

  #complete(data: Event): void {
    const id = nameOf(data.toolCallId) ?? '';
    const call = this.#calls.get(id) ?? 'a tool';
    this.#calls.delete(id);
    if (refusalOf(data) !== undefined) this.deny(call);
  }

  #abort(reason: string): void {
    const message =
      this.lastTrouble === '' ? `aborted (${reason})` : `aborted (${reason}): ${this.lastTrouble}`;
    this.#aborted = true;
    this.found.outcome = 'failed';
    this.found.error = { class: 'killed', message: oneLine(message, 500) };
  }

  #result(event: Event): void {
    this.sessionIs(event.sessionId);
    if (this.#aborted) return;
    const code = countOf(event.exitCode);
    const message = `the tool ended with ${code ?? 'an unknown status'} and no reason`;
    if (code !== 0) this.#error ??= { class: classOfWords(this.lastTrouble) ?? 'bad_output', message };
    this.found.outcome = this.#error === null ? 'completed' : 'failed';
    this.found.error = this.#error;
  }

  #usage(data: Event): void {
    const tokens = metricsTokens(data.modelMetrics);
    if (tokens === undefined) return;
    this.found.usage = tokens.total;
    this.found.usageByModel = tokens.byModel();
    // A call that was cut is in none of the figures.
    this.found.usageComplete = !this.#aborted;
  }
}

/** The words with which a `tool.execution_complete` says that the tool may not run; undefined for any other. */
export function refusalOf(data: Event): string | undefined {
  const { message, code } = objectOf(data.error);
  const text = textOf(message, 2000) ?? '';
  const refused = code === 'denied' || code === 'rejected' || WITHHELD.test(text) || DENIED.test(text);
  return data.success === false && refused ? text : undefined;
}

/**
 * The tokens of all runs of the session so far, helpers included, by model. `inputTokens` includes what was read from and
 * written to the cache, `outputTokens` includes reasoning. Undefined when they are missing or contradict each other.
 */
export function metricsTokens(value: unknown): TokenSums | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const tokens = new TokenSums();
  for (const [model, metrics] of Object.entries(value).slice(0, 100)) {
    const usage = objectOf(objectOf(metrics).usage);
    const [all, output] = [countOf(usage.inputTokens), countOf(usage.outputTokens)];
    if (all === undefined || output === undefined) return undefined;
    const cacheRead = countOf(usage.cacheReadTokens) ?? 0;
    const cacheWrite = countOf(usage.cacheWriteTokens) ?? 0;
    const input = all - cacheRead - cacheWrite;
    if (input < 0) return undefined;
    tokens.add(textOf(model, 200) ?? '', { input, output, cacheRead, cacheWrite });
  }
  return tokens;
}

/** The words of the provider itself tell more than the sentence that the tool makes of them. */
function errorOf(data: Event, providerWords: string): TaskError {
  const message = oneLine(textOf(data.message, 4000) || 'the run failed without a reason', 500);
  const status = countOf(data.statusCode);
  const said = `${message} ${providerWords}`;
  const typed = errorTypes.get(data.errorType);
  const told = status === undefined || status < 400 ? classOfWords(said) : classOfStatus(status, said);
  return { class: told ?? typed ?? 'bad_output', message };
}
