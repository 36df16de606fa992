import { oneLine } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { TaskError } from '../model/word-schemas.ts';
import {
  bracketedError,
  classedByDialect,
  countsAll,
  dialectClass,
  isInterrupt,
  isToDoList,
  withoutNotices,
} from './claude-stream-json-dialect.ts';
import { type Figures, resultFigures, usageOf } from './claude-stream-json-usage.ts';
import { judge } from './ending.ts';
import { classOfStatus, classOfWords } from './error-words.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonParser } from './json-parser.ts';
import type { Exit } from './parser.ts';
import { inputBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';
import { MessageTokens, TokenSums } from './token-sums.ts';

type Event = Record<string, unknown>;

/** Messages that the tool writes itself, to show an error, carry this in place of a model. */
const NO_MODEL = '<synthetic>';

/** The format `claude-stream-json`: one JSON object a line, ended by one of type `result`. */
export class ClaudeStreamJsonParser extends JsonParser {
  #figures: Figures | undefined;
  #since = new MessageTokens();
  /** Figures with a `total_tokens` leave out an answer that the network cut. */
  #cut = false;
  #said = '';
  #toolSaid = '';
  #interrupted = false;

  override report(): Report {
    return { ...structuredClone(this.found), ...this.#usage() };
  }

  constructor() {
    super('claude-stream-json', [
      'system',
      'assistant',
      'user',
      'result',
      'stream_event',
      'rate_limit_event',
    ]);
  }

  protected override conclude(exit: Exit | null, stderrTail: string, lastText: string): Report {
    const report = judge(this.report(), exit, withoutNotices(stderrTail), this.lastTrouble || lastText);
    return classedByDialect(report, this.#interrupted);
  }

  protected override event(event: Event): void {
    this.sessionIs(event.session_id);
    if (event.type === 'system') this.#system(event);
    if (event.type === 'assistant') this.#assistant(event);
    if (event.type === 'user') this.#interrupted ||= isInterrupt(event);
    if (event.type === 'result') this.#result(event);
    if (event.type === 'rate_limit_event') this.#limit(objectOf(event.rate_limit_info));
  }

  #system(event: Event): void {
    if (event.subtype === 'init') this.modelIs(event.model);
    if (event.subtype === 'api_retry') {
      const status = countOf(event.error_status);
      this.lastTrouble = `retrying after ${status === undefined ? 'a failed request' : `status ${status}`} (${nameOf(event.error) ?? 'unknown'})`;
    }
    if (event.subtype === 'permission_denied') this.#refused(nameOf(event.tool_name), nameOf(event.message));
  }

  #limit({ status, resetsAt }: Event): void {
    this.limitWords = status === 'rejected' ? `resets at ${countOf(resetsAt) ?? ''}` : '';
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
    this.lastTrouble = '';
    if (typeof event.parent_tool_use_id === 'string') return;
    this.found.model ??= model ?? null;
    for (const block of objectsOf(message.content)) this.#block(block);
  }

  #block(block: Event): void {
    if (block.type === 'text') {
      this.#said = textOf(block.text) ?? this.#said;
      this.found.answer = this.#said;
    }
    if (block.type !== 'tool_use') return;
    const input = objectOf(block.input);
    if (isToDoList(block.name))
      this.found.progress = progressByStatus(input.todos, 'activeForm', 'content') ?? this.found.progress;
    if (block.name === 'AskUserQuestion') {
      for (const question of objectsOf(input.questions, 20)) this.#asked(question);
    }
  }

  #asked(question: Event): void {
    const text = textOf(question.question, 2000);
    if (text === undefined) return;
    const choices = objectsOf(question.options, 20).flatMap((option) => nameOf(option.label) ?? []);
    this.ask(choices.length === 0 ? text : `${text} (${choices.join(', ')})`);
  }

  #refused(tool: string | undefined, why: string | undefined): void {
    this.deny(`${tool ?? 'a tool'}${why === undefined ? '' : ` ${why}`}`);
  }

  #result(event: Event): void {
    const figures = resultFigures(event, this.found.model ?? '');
    if (figures !== undefined) this.#settle(figures);
    if (Array.isArray(event.permission_denials)) {
      this.found.denied = [];
      for (const denial of objectsOf(event.permission_denials, 200)) {
        this.#refused(nameOf(denial.tool_name), inputBrief(denial.tool_input));
      }
    }
    const error = resultError(event, this.#toolSaid);
    this.#cut = error?.class === 'network' && countsAll(event.usage);
    this.found.outcome = error === null ? 'completed' : 'failed';
    this.found.error = error;
    this.found.answer = error === null ? (textOf(event.result) ?? this.#said) : this.#said;
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
  // Its own words are then internal ones: `result_type=user last_content_type=n/a`.
  if (reason.startsWith('aborted'))
    return { class: 'killed', message: `interrupted (${oneLine(reason, 100)})` };
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
