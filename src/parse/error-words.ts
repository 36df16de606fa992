import { oneLine, plainText } from '../base/text.ts';
import type { ErrorClass } from '../model/words.ts';

/** What tools and providers say when something fails. The first row that fits wins, so order matters. */
const words: readonly (readonly [ErrorClass, RegExp])[] = [
  ['over_budget', /(maximum|max) budget|budget (limit|exceeded|exhausted)|budget_exhausted|max_budget/i],
  ['over_budget', /maximum number of turns|max_turns/i],
  // A limit that lifts at a time is waited for; one without such a time is used up.
  ['rate_limit', /\blimit\b[\s\S]{0,300}\b(resets?\b|try again (at|in)\b)/i],
  [
    'quota',
    /insufficient_quota|quota (exceeded|exhausted)|exceeded your current quota|credit balance|out of credits|billing_error/i,
  ],
  [
    'quota',
    /\b(usage|plan|weekly|session|monthly|\d+-hour|spend(ing)?) limit\b|check your plan and billing/i,
  ],
  [
    'context_limit',
    /prompt[ _]is[ _]too[ _]long|prompt_too_long|context[ _](length|window)|maximum context|request_too_large/i,
  ],
  [
    'model_unavailable',
    /model_not_found|issue with the selected model|cannot use this model|(unknown|invalid) model\b|\bmodel\b.{0,80}\b(does not exist|not found|not supported|not available|unavailable)\b|404 not found: .{0,40}\bmodel\b/i,
  ],
  [
    'bad_request',
    /no conversation found|no rollout found|no session, task, or name matched|(session|thread|conversation) .{0,80}(not found|does not exist)/i,
  ],
  [
    'tool_version',
    /(unknown|unrecogni[sz]ed|unexpected|invalid) (option|flag|argument|subcommand)|invalid value .{0,80} for '?--/i,
  ],
  [
    'permission',
    /cannot be used with root|workspace trust required|not inside a trusted directory|EACCES|permission denied|operation not permitted/i,
  ],
  [
    'auth',
    /not logged in|please (run )?\/?log ?in|authentication|unauthorized|authenticate|invalid (x-)?api[- ]key|incorrect api key|missing environment variable: .{0,40}(KEY|TOKEN)|(oauth|access) token .{0,40}(expired|revoked|invalid)/i,
  ],
  ['overloaded', /overloaded|at capacity/i],
  ['rate_limit', /rate[ _-]?limit|too many requests/i],
  ['refused', /usage policy|content policy|content_filter|\brefusal\b/i],
  [
    'provider_error',
    /internal server error|bad gateway|service unavailable|gateway timeout|experiencing high demand/i,
  ],
  [
    'network',
    /ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|connection_failed|connection .{0,30}(refused|reset|failed|lost|closed|error)|network|stream disconnected|error sending request|fetch failed|reading a body from connection|unable to connect|socket hang up/i,
  ],
  ['tool_missing', /command not found|cannot execute/i],
  ['bad_request', /invalid_request_error/i],
];

const statuses: Record<number, ErrorClass> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'model_unavailable',
  413: 'context_limit',
  429: 'rate_limit',
  529: 'overloaded',
};

const STATUS = /\b(?:status|error|rejected|http)\b[ :(]{1,3}([45]\d\d)\b/i;

/** Where words are more exact than the status they came with. */
const refined: Partial<Record<number, readonly ErrorClass[]>> = {
  400: ['quota', 'context_limit', 'model_unavailable', 'auth', 'refused'],
  403: ['quota', 'model_unavailable', 'refused'],
  404: ['bad_request'],
  429: ['quota', 'overloaded'],
};

/** The class of an error in a tool's own words, or undefined when they say nothing known. */
export function classOfWords(text: string): ErrorClass | undefined {
  const said = text.slice(0, 4000);
  const status = Number(STATUS.exec(said)?.[1]);
  return status >= 400 ? classOfStatus(status, said) : wordsOf(said);
}

/** The class of a provider's HTTP status, with the words that came with it. */
export function classOfStatus(status: number, text: string): ErrorClass {
  const said = wordsOf(text.slice(0, 4000));
  if (said !== undefined && refined[status]?.includes(said)) return said;
  return statuses[status] ?? (status >= 500 ? 'provider_error' : 'bad_request');
}

function wordsOf(text: string): ErrorClass | undefined {
  return words.find(([, pattern]) => pattern.test(text))?.[0];
}

/**
 * The line of a text that says what went wrong: one about a flag that is not known, as a whole help may stand around it,
 * else the first with known words, else the last; '' for none.
 */
export function tellingLine(text: string): string {
  const lines = plainText(text.slice(-16_384))
    .split('\n')
    .filter((line) => line.trim() !== '');
  const flag = lines.find((line) => classOfWords(line) === 'tool_version');
  const known = flag ?? lines.find((line) => classOfWords(line) !== undefined);
  return oneLine(known ?? lines.at(-1) ?? '', 500);
}
