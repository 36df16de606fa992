import type { Report } from '../model/report.ts';
import type { ErrorClass } from '../model/words.ts';
import { countOf, objectOf, objectsOf, textOf } from './field.ts';

/**
 * Some tools speak this format with habits of their own: API errors are a message in brackets, usage counts the whole
 * session with the cache inside `input_tokens`, and stderr carries notices that are no reason for anything.
 */
const API_ERROR = /^\[(API Error: [\s\S]*)\]$/;
const INTERRUPT = '[Request interrupted by user';
const NOTICE = /^(ripgrep not available|warning: running headless)/i;

const words: readonly (readonly [ErrorClass, RegExp])[] = [
  ['over_budget', /max session turns/i],
  ['bad_request', /no saved session found/i],
  ['network', /UND_ERR_SOCKET|other side closed|^(API Error: )?terminated\b/],
  ['auth', /no auth type is selected|missing api key/i],
];

/** Whether a call of this tool brings the whole to-do list. */
export function isToDoList(tool: unknown): boolean {
  return tool === 'TodoWrite' || tool === 'todo_write';
}

/** The error that a message in brackets tells of, or undefined for any other text. */
export function bracketedError(text: string): string | undefined {
  return API_ERROR.exec(text.trim())?.[1];
}

/** Whether an event says that the user interrupted the run; those of a helper do not count. */
export function isInterrupt({ message, parent_tool_use_id: helper }: Record<string, unknown>): boolean {
  const [block] = objectsOf(objectOf(message).content, 1);
  return typeof helper !== 'string' && textOf(block?.text, 100)?.startsWith(INTERRUPT) === true;
}

/** Whether a usage is of the kind that has a `total_tokens`: input with cache, and in a `result` the whole session. */
export function countsAll(usage: unknown): boolean {
  const fields = objectOf(usage);
  const [input, output] = [countOf(fields.input_tokens), countOf(fields.output_tokens)];
  return input !== undefined && output !== undefined && countOf(fields.total_tokens) === input + output;
}

export function withoutNotices(stderrTail: string): string {
  return stderrTail
    .split('\n')
    .filter((line) => !NOTICE.test(line))
    .join('\n');
}

/** The class that the words of a dialect tell, or undefined. */
export function dialectClass(text: string): ErrorClass | undefined {
  const said = text.slice(0, 4000);
  return words.find(([, pattern]) => pattern.test(said))?.[0];
}

/**
 * The report with the class of its error told by the words of a dialect, where nothing else told it. An interrupted run
 * ends with status 0, now with a final event, now without.
 */
export function classedByDialect(report: Report, interrupted: boolean): Report {
  const { error } = report;
  if (interrupted && error?.class === 'bad_output')
    return { ...report, error: { class: 'killed', message: 'interrupted' } };
  if (error?.class !== 'internal') return report;
  return { ...report, error: { ...error, class: dialectClass(error.message) ?? error.class } };
}
