import { LineReader } from '../base/jsonl.ts';
import { oneLine, plainText } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import type { TaskError } from '../model/word-schemas.ts';
import { MessageLines } from './aider-text-answer.ts';
import { troubleOf } from './aider-text-trouble.ts';
import { figuresOf, isWhole, joinedReport, MessageSums } from './aider-text-usage.ts';
import { judge } from './ending.ts';
import { nameOf } from './field.ts';
import type { Exit, Parser } from './parser.ts';
import { withRetryAt } from './reset-time.ts';

const LONGEST = 64 * 1024;
const MOST = 200;
const DENIED = /^(Skipping edits to |Did not apply edit to |Skipping .+ that matches )/;
const EMPTY = /^Empty response received from LLM\./;
/** The format names no session: what goes on is the chat history that is kept beside the run. */
const SESSION = 'chat-history';

/**
 * The format `aider-text`: prose without markup. A message is finished by a line `Tokens: …`, after which comes what was
 * done with it. Exit status 0 tells nothing, since failed requests end with it too.
 */
export class AiderTextParser implements Parser {
  readonly #lines = new LineReader(LONGEST);
  readonly #report: Report = emptyReport();
  readonly #sums = new MessageSums();
  readonly #message = new MessageLines();
  #announced = false;
  #afterBlank = true;
  #pending = '';
  #trouble: TaskError | undefined;
  #lastLine = '';

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes, (line) => this.#line(plainText(line)));
  }

  report(): Report {
    return { ...structuredClone(this.#report), usage: this.#sums.usage, usd: this.#sums.usd };
  }

  trouble(): string {
    return this.#trouble?.message ?? '';
  }

  end(exit: Exit | null, stderrTail: string, endedAt = new Date()): Report {
    this.#lines.rest((line) => this.#cutLine(plainText(line)));
    this.#settle();
    const report = this.report();
    const trouble = this.#trouble;
    if (trouble === undefined) {
      if (this.#sums.usage !== null) report.outcome = 'completed';
    } else if (exit?.signal === null && exit.code !== null && exit.code < 126) {
      report.outcome = 'failed';
      report.error = trouble;
    }
    const judged = judge(report, exit, stderrTail, trouble?.message ?? oneLine(this.#lastLine, 500));
    return withRetryAt(judged, [judged.error?.message ?? '', stderrTail], endedAt);
  }

  #line(line: string): void {
    const report = this.#pending !== '' || this.#afterBlank ? joinedReport(this.#pending, line) : undefined;
    if (report !== undefined) {
      this.#pending = report;
      if (isWhole(report)) this.#settle();
      return;
    }
    this.#settle();
    this.#plain(line);
  }

  /** The end of the output, without a newline: of figures it is only believed when nothing can be missing. */
  #cutLine(line: string): void {
    const report = joinedReport(this.#pending, line);
    if (report !== undefined && isWhole(report)) this.#pending = report;
    else if (this.#pending === '' && !/^\s*T(o|$)/.test(line)) this.#plain(line);
  }

  #settle(): void {
    const pending = this.#pending;
    if (pending === '') return;
    this.#pending = '';
    this.#afterBlank = false;
    const figures = figuresOf(pending);
    if (figures === undefined) {
      this.#plain(pending);
      return;
    }
    this.#sums.add(figures);
    const said = this.#message.text();
    this.#message.clear();
    const empty = EMPTY.test(said);
    this.#trouble = empty ? { class: 'bad_output', message: oneLine(said, 500) } : undefined;
    if (said !== '' && !empty) this.#report.answer = said;
  }

  #plain(line: string): void {
    this.#afterBlank = line.trim() === '';
    if (!this.#afterBlank) this.#lastLine = line.slice(0, 2000);
    if (!this.#announced) this.#announcement(line);
    else this.#message.add(line);
    const trouble = troubleOf(line.slice(0, 4000));
    if (trouble !== undefined) this.#trouble = trouble;
    else if (this.#trouble?.class === 'internal' && !this.#afterBlank)
      this.#trouble.message = oneLine(this.#lastLine, 500);
    if (DENIED.test(line) && this.#report.denied.length < MOST) {
      this.#report.denied.push(oneLine(line.slice(0, 2000), 200));
    }
  }

  #announcement(line: string): void {
    const model = /^(?:Main model|Model): (\S{1,300}) with /.exec(line)?.[1];
    if (model !== undefined) this.#report.model = nameOf(model) ?? null;
    if (!line.startsWith('Repo-map: ')) return;
    this.#announced = true;
    this.#report.session = SESSION;
  }
}
