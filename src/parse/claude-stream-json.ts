import { oneLine } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import type { TaskError } from '../model/word-schemas.ts';
import {
  bracketedError,
  classedByDialect,
  countsAll,
  dialectClass,
  withoutNotices,
} from './claude-stream-json-dialect.ts';
import { type Figures, resultFigures, usageOf } from './claude-stream-json-usage.ts';
import { judge } from './ending.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonEvents } from './json-events.ts';
import type { Exit, Parser } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressOf } from './to-do.ts';
import { MessageTokens, TokenSums } from './token-sums.ts';

type Event = Record<string, unknown>;

/** Messages that the tool writes itself, to show an error, carry this in place of a model. */
const NO_MODEL = '<synthetic>';
const MOST = 200;

/** The format `claude-stream-json`: one JSON object a line, ended by one of type `result`. */
export class ClaudeStreamJsonParser implements Parser {
  readonly #events = new JsonEvents((event) => this.#event(event));
  readonly #report: Report = emptyReport();
  #figures: Figures | undefined;
  #since = new MessageTokens();
  /** Figures with a `total_tokens` leave out an answer that the network cut. */
  #cut = false;
  #said = '';
  #toolSaid = '';
  #trouble = '';

  push(bytes: Uint8Array): void {
    this.#events.push(bytes);
  }

  report(): Report {
    return { ...structuredClone(this.#report), ...this.#usage() };
  }

  end(exit: Exit | null, stderrTail: string): Report {
    this.#events.end();
    const stderr = withoutNotices(stderrTail);
    return classedByDialect(judge(this.report(), exit, stderr, this.#trouble || this.#events.lastText));
  }

  #event(event: Event): void {
    this.#report.session = nameOf(event.session_id) ?? this.#report.session;
    if (event.type === 'system') this.#system(event);
    if (event.type === 'assistant') this.#assistant(event);
    if (event.type === 'result') this.#result(event);
  }

  #system(event: Event): void {
    if (event.subtype === 'init') this.#report.model = nameOf(event.model) ?? this.#report.model;
    if (event.subtype === 'api_retry') {
      const status = countOf(event.error_status);
      this.#trouble = `retrying after ${status === undefined ? 'a failed request' : `status ${status}`} (${nameOf(event.error) ?? 'unknown'})`;
    }
    if (event.subtype === 'permission_denied') this.#deny(nameOf(event.tool_name), nameOf(event.message));
  }

  #assistant(event: Event): void {
    const message = objectOf(event.message);
    const model = nameOf(message.model);
    const usage = usageOf(message.usage);
    const text = objectsOf(message.content)
      .map((block) => textOf(block.text, 2000) ?? '')
      .join(' ');
    if (model === NO_MODEL || (usage?.output === 0 && bracketedError(text) !== undefined)) {
      this.#toolSaid = text;
      return;
    }
    if (usage !== undefined) this.#since.put(nameOf(message.id) ?? '', model ?? '', usage);
    this.#trouble = '';
    if (typeof event.parent_tool_use_id === 'string') return;
    this.#report.model ??= model ?? null;
    for (const block of objectsOf(message.content)) this.#block(block);
  }

  #block(block: Event): void {
    if (block.type === 'text') {
      this.#said = textOf(block.text) ?? this.#said;
      this.#report.answer = this.#said;
    }
    if (block.type !== 'tool_use') return;
    const input = objectOf(block.input);
    if (block.name === 'TodoWrite') this.#report.progress = toDos(input) ?? this.#report.progress;
    if (block.name === 'AskUserQuestion') {
      for (const question of objectsOf(input.questions, 20)) this.#ask(question);
    }
  }

  #ask(question: Event): void {
    const text = textOf(question.question, 2000);
    if (text === undefined || this.#report.questions.length >= MOST) return;
    const choices = objectsOf(question.options, 20).flatMap((option) => nameOf(option.label) ?? []);
    const asked = choices.length === 0 ? text : `${text} (${choices.join(', ')})`;
    if (!this.#report.questions.includes(asked)) this.#report.questions.push(asked);
  }

  #deny(tool: string | undefined, why: string | undefined): void {
    if (this.#report.denied.length >= MOST) return;
    this.#report.denied.push(oneLine(`${tool ?? 'a tool'}${why === undefined ? '' : ` ${why}`}`, 200));
  }

  #result(event: Event): void {
    const figures = resultFigures(event, this.#report.model ?? '');
    if (figures !== undefined) this.#settle(figures);
    if (Array.isArray(event.permission_denials)) {
      this.#report.denied = [];
      for (const denial of objectsOf(event.permission_denials, MOST)) {
        this.#deny(nameOf(denial.tool_name), inputBrief(denial.tool_input));
      }
    }
    const error = resultError(event, this.#toolSaid);
    this.#cut = error?.class === 'network' && countsAll(event.usage);
    this.#report.outcome = error === null ? 'completed' : 'failed';
    this.#report.error = error;
    this.#report.answer = error === null ? (textOf(event.result) ?? this.#said) : this.#said;
  }

  #settle(figures: Figures): void {
    const before = this.#figures;
    this.#since = new MessageTokens();
    this.#figures = figures;
    if (before === undefined || !figures.additive || !before.additive) return;
    const tokens = new TokenSums();
    tokens.addAll(before.tokens);
    tokens.addAll(figures.tokens);
    const usd = before.usd === null || figures.usd === null ? null : before.usd + figures.usd;
    this.#figures = { ...figures, tokens, usd };
  }

  #usage(): Pick<Report, 'usage' | 'usageScope' | 'usageComplete' | 'usageByModel' | 'usd'> {
    const settled = this.#figures;
    const sums = this.#since.sums();
    if (settled !== undefined) sums.addAll(settled.tokens);
    const known = settled !== undefined || !this.#since.empty;
    return {
      usage: known ? sums.total : null,
      usageScope: settled?.scope ?? 'run',
      usageComplete: settled !== undefined && this.#since.empty && !this.#cut,
      usageByModel: sums.byModel(),
      usd: settled !== undefined && this.#since.empty ? settled.usd : null,
    };
  }
}

/**
 * Why a `result` event is no success, or null when it is one. `subtype` alone says `success` on API errors too.
 * A prompt that begins with a slash may end as a command of the tool itself, `local_command`, which does no task.
 */
function resultError(event: Event, toolSaid: string): TaskError | null {
  const command = nameOf(event.local_command);
  if (command !== undefined) {
    const message =
      toolSaid || `the text was taken for the tool's own command /${command}: no model was asked`;
    return { class: 'bad_output', message: oneLine(message, 500) };
  }
  const reason = nameOf(event.terminal_reason) ?? 'completed';
  const refused = event.stop_reason === 'refusal';
  const bracketed = bracketedError(textOf(event.result, 4000) ?? '');
  const told = event.is_error === false && event.subtype === 'success' && reason === 'completed';
  const good = told && bracketed === undefined;
  if (good && !refused) return null;
  const errors = Array.isArray(event.errors)
    ? event.errors.slice(0, 5).flatMap((one) => nameOf(one) ?? [])
    : [];
  const own = textOf(objectOf(event.error).message, 4000) ?? '';
  const text = bracketed ?? (textOf(event.result, 4000) || errors.join('; ') || (bracketedError(own) ?? own));
  const codes = [event.subtype, reason, event.stop_reason, event.api_error_type, event.api_error]
    .flatMap((code) => nameOf(code) ?? [])
    .join(' ');
  const status = countOf(event.api_error_status);
  const said = `${text} ${codes}`;
  const known = status === undefined ? classOfWords(said) : classOfStatus(status, said);
  const message = oneLine(text || `the tool ended with ${codes}`, 500);
  return { class: refused ? 'refused' : (known ?? dialectClass(said) ?? 'bad_output'), message };
}

function toDos(input: Event): Report['progress'] {
  return progressOf(
    objectsOf(input.todos).map((item) => {
      const current = item.status === 'in_progress';
      const text = (current ? textOf(item.activeForm, 200) : undefined) ?? textOf(item.content, 200) ?? '';
      return { text, state: current ? 'current' : item.status === 'completed' ? 'done' : 'open' };
    }),
  );
}
