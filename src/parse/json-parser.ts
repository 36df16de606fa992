import { oneLine } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import type { Format } from '../model/words.ts';
import { judge } from './ending.ts';
import { classOfWords, tellingLine } from './error-words.ts';
import { nameOf } from './field.ts';
import { JsonEvents } from './json-events.ts';
import type { Exit, Parser } from './parser.ts';
import { PlainParser } from './plain.ts';
import { withRetryAt } from './reset-time.ts';

const MOST = 200;
const NEWLINE = 10;

/**
 * What the parsers of JSON Lines formats share. A format says what its events mean. An output without a single event of
 * one of its `types`, but with text, is read as `plain`, and the report warns of it.
 */
export abstract class JsonParser implements Parser {
  protected readonly found: Report = emptyReport();
  /** What the stream told of last and may yet get over; '' for nothing. */
  protected lastTrouble = '';
  /** What the stream said beside the error's message, for the time at which a limit lifts. */
  protected limitWords = '';
  readonly #format: Format;
  readonly #types: ReadonlySet<unknown>;
  readonly #beside: ReadonlySet<unknown>;
  readonly #events = new JsonEvents((event) => this.#take(event));
  #strange = false;
  #work = 0;
  #lastByte = 0;
  /** Dropped with the first event that is known. */
  #plain: PlainParser | undefined = new PlainParser();

  /** Lines of the types `beside` say nothing of whether the output is in the format. */
  constructor(format: Format, types: readonly string[], beside: readonly string[] = []) {
    this.#format = format;
    this.#types = new Set(types);
    this.#beside = new Set(beside);
  }

  push(bytes: Uint8Array): void {
    this.#plain?.push(bytes);
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    this.#events.push(bytes);
  }

  get work(): number | undefined {
    return this.#plain === undefined ? this.#work : undefined;
  }

  trouble(_stderrTail: string): string {
    return this.lastTrouble;
  }

  report(): Report {
    return structuredClone(this.found);
  }

  end(exit: Exit | null, stderrTail: string, now = new Date()): Report {
    this.#events.end();
    const own = this.conclude(exit, stderrTail, this.#events.lastText);
    const strange = this.#strange || this.#events.strange;
    const plain = strange ? this.#plain?.end(exit, stderrTail, now) : undefined;
    const report = plain === undefined ? own : this.#asPlain(own, plain);
    return withRetryAt(report, [this.limitWords, report.error?.message ?? '', stderrTail], now);
  }

  protected abstract event(event: Record<string, unknown>): void;

  /** The judgement at the end. `lastText` is the last line that was no event. */
  protected conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    return judge(this.report(), exit, stderrTail, lastText);
  }

  protected get begun(): boolean {
    return this.#plain === undefined;
  }

  protected sessionIs(value: unknown): void {
    this.found.session = nameOf(value) ?? this.found.session;
  }

  protected modelIs(value: unknown): void {
    this.found.model = nameOf(value) ?? this.found.model;
  }

  protected deny(what: string): void {
    if (this.found.denied.length < MOST) this.found.denied.push(oneLine(what, 200));
  }

  protected ask(question: string | undefined): void {
    const { questions } = this.found;
    if (question !== undefined && questions.length < MOST && !questions.includes(question))
      questions.push(question);
  }

  #take(event: Record<string, unknown>): void {
    if (this.#types.has(event.type)) this.#plain = undefined;
    else if (!this.#beside.has(event.type)) this.#strange = true;
    if (event.type !== 'error' && event.subtype !== 'api_retry') this.#work += 1;
    this.event(event);
  }

  /** Exit status 0 counts as with `plain`, unless the text is cut within a line or tells of trouble. */
  #asPlain(own: Report, { outcome, error, answer }: Report): Report {
    const warning = `its output was not in the format ${this.#format}; read as plain text`;
    const told = { ...own, answer, warnings: [...own.warnings, warning] };
    const well = this.#lastByte === NEWLINE && classOfWords(tellingLine(answer)) === undefined;
    return well && outcome === 'completed' ? { ...told, outcome, error } : told;
  }
}
