import { oneLine } from '../base/text.ts';
import { addUsage } from '../model/cost-sums.ts';
import type { Progress, Report } from '../model/report.ts';
import type { Usage } from '../model/usage.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { judge } from './ending.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, dollarsOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';

type Event = Record<string, unknown>;

export const DENIED =
  /rejected permission|prevents you from using this specific tool|permission (was )?(denied|rejected)/i;
/** The error after which the tool sums up the conversation and goes on. */
export const TOO_LONG = 'ContextOverflowError';

/** The format `opencode-json`: one JSON object a line; a step that finished with `stop` is the end. */
export class OpencodeJsonParser extends JsonParser {
  /** Helpers work in sessions of their own, of which the stream tells no figures. */
  #helped = false;
  /** The next step is the tool's summary of a conversation that grew too long: its end is not the run's. */
  #summing = false;
  /** The tool exits with 1 for an error that it told of, though it got over it and finished. */
  #gotOver = false;
  /** The tool stops after a step in which it was refused something. */
  #refused = '';
  #counted = true;
  /** An attempt that was cut begins its step again and has no figures. */
  #open = false;
  #priced = true;

  constructor() {
    super('opencode-json', ['step_start', 'text', 'reasoning', 'tool_use', 'step_finish', 'error']);
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    const report = this.report();
    if (report.outcome === 'incomplete' && exit?.code === 0 && exit.signal === null && this.#refused !== '') {
      report.outcome = 'failed';
      report.error = { class: 'permission', message: `stopped because it was refused: ${this.#refused}` };
    }
    const well = report.outcome === 'completed' && this.#gotOver && exit?.code === 1;
    return judge(report, well ? { code: 0, signal: null } : exit, stderrTail, lastText);
  }

  protected override event(event: Event): void {
    this.sessionIs(event.sessionID);
    const part = objectOf(event.part);
    switch (event.type) {
      case 'step_start':
        this.#goOn();
        this.#refused = '';
        this.#counted &&= !this.#open;
        this.#open = true;
        break;
      case 'text':
        // A text of the tool's own tells the model to go on after a summary.
        if (part.synthetic === true) this.#goOn();
        else if (!this.#summing) this.found.answer = textOf(part.text) ?? this.found.answer;
        break;
      case 'tool_use':
        this.#tool(nameOf(part.tool) ?? 'a tool', objectOf(part.state));
        break;
      case 'step_finish':
        this.#finish(part);
        break;
      case 'error':
        this.found.outcome = 'failed';
        this.found.error = errorOf(objectOf(event.error));
        this.limitWords = JSON.stringify(event.error ?? '').slice(0, 16_384);
        this.found.usageComplete = false;
        this.#summing = objectOf(event.error).name === TOO_LONG;
        this.#gotOver = this.#summing;
        break;
    }
  }

  #goOn(): void {
    this.found.outcome = 'incomplete';
    this.found.error = null;
    this.found.usageComplete = false;
  }

  #tool(tool: string, state: Event): void {
    const input = objectOf(state.input);
    if (tool === 'todowrite') this.found.progress = toDos(input.todos) ?? this.found.progress;
    if (tool === 'task') this.#helped = true;
    if (tool === 'question') {
      for (const { question } of objectsOf(input.questions, 20)) this.ask(textOf(question, 2000));
    }
    if (state.status !== 'error' || !DENIED.test(textOf(state.error, 4000) ?? '')) return;
    this.#refused = oneLine(`${tool} ${inputBrief(input) ?? ''}`, 200);
    this.deny(this.#refused);
  }

  #finish(part: Event): void {
    this.#open = false;
    const usage = usageOf(part.tokens);
    const usd = dollarsOf(part.cost);
    const before = this.found.usage;
    if (usage !== undefined) this.found.usage = before === null ? usage : addUsage(before, usage);
    this.#counted &&= usage !== undefined;
    this.#priced &&= usd !== undefined;
    this.found.usd = this.#priced ? Number(((this.found.usd ?? 0) + (usd ?? 0)).toFixed(10)) : null;
    if (this.#summing) {
      this.#summing = false;
    } else if (part.reason === 'stop') {
      this.found.outcome = 'completed';
      this.found.error = null;
      this.found.usageComplete = this.#counted && !this.#helped;
    } else if (part.reason === 'length' || part.reason === 'content-filter') {
      const refused = part.reason === 'content-filter';
      const message = refused
        ? 'the provider filtered the answer'
        : "the answer was cut at the model's limit";
      this.found.outcome = 'failed';
      this.found.error = { class: refused ? 'refused' : 'bad_output', message };
    }
  }
}

/** The tokens of a finished step: `input` leaves out the cache, `output` leaves out reasoning. */
export function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const cache = objectOf(fields.cache);
  const [input, output] = [countOf(fields.input), countOf(fields.output)];
  if (input === undefined || output === undefined) return undefined;
  return {
    input,
    output: output + (countOf(fields.reasoning) ?? 0),
    cacheRead: countOf(cache.read) ?? 0,
    cacheWrite: countOf(cache.write) ?? 0,
  };
}

/** The to-do list of a tool's input. */
export function toDos(todos: unknown): Progress | null {
  return progressByStatus(todos, 'content');
}

/** What an error says: the provider's own words, and its status where it gave one. */
export function errorOf(error: Event): TaskError {
  const data = objectOf(error.data);
  const name = nameOf(error.name) ?? 'an error without a name';
  const text = textOf(data.message, 4000)?.trim() || name;
  const status = countOf(data.statusCode);
  const said = `${text} ${name}`;
  const known = status !== undefined && status >= 400 ? classOfStatus(status, said) : classOfWords(said);
  return { class: known ?? 'internal', message: oneLine(text, 500) };
}
