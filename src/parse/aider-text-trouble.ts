import { oneLine } from '../base/text.ts';
import type { TaskError } from '../model/word-schemas.ts';
import type { ErrorClass } from '../model/words.ts';
import { classOfStatus, classOfWords } from './error-words.ts';

/** The HTTP status behind the exceptions that the tool prints by name. */
const statuses: Record<string, number> = {
  AuthenticationError: 401,
  PermissionDeniedError: 403,
  NotFoundError: 404,
  RateLimitError: 429,
  RouterRateLimitError: 429,
  BadRequestError: 400,
  InvalidRequestError: 400,
  UnsupportedParamsError: 400,
  UnprocessableEntityError: 422,
  InternalServerError: 500,
  APIError: 500,
  OpenAIError: 500,
  AzureOpenAIError: 500,
  BadGatewayError: 502,
  ServiceUnavailableError: 503,
};

const named: Record<string, ErrorClass> = {
  APIConnectionError: 'network',
  Timeout: 'network',
  ContextWindowExceededError: 'context_limit',
  ContentPolicyViolationError: 'refused',
  BudgetExceededError: 'quota',
};

const sentences: readonly (readonly [ErrorClass, RegExp])[] = [
  ['auth', /^No LLM model was specified and no API keys were provided\./],
  ['auth', /^Unable to proceed without an .{1,60} API key/],
  ['context_limit', /^Model .{1,200} has hit a token limit!/],
  ['bad_output', /^Only \d+ reflections allowed, stopping\./],
  ['bad_output', /^The LLM did not conform to the edit format\./],
  ['bad_output', /^Exception while updating files:/],
  ['permission', /^Unable to (create|write) /],
  ['internal', /^Traceback \(most recent call last\):/],
];

/** What a line says went wrong, or undefined. It is an error only as long as no finished message follows. */
export function troubleOf(line: string): TaskError | undefined {
  const exception = /^litellm\.(?:exceptions\.)?(\w+)/.exec(line)?.[1];
  if (exception !== undefined) return { class: exceptionClass(exception, line), message: oneLine(line, 500) };
  const class_ = sentences.find(([, pattern]) => pattern.test(line))?.[0];
  return class_ === undefined ? undefined : { class: class_, message: oneLine(line, 500) };
}

function exceptionClass(exception: string, line: string): ErrorClass {
  const known = Object.hasOwn(named, exception) ? named[exception] : undefined;
  if (known !== undefined) return known;
  const status = Object.hasOwn(statuses, exception) ? statuses[exception] : undefined;
  const said = classOfWords(line);
  if (status === undefined) return said ?? 'provider_error';
  const class_ = classOfStatus(status, line);
  const narrower = said === 'network' || said === 'overloaded';
  return class_ === 'provider_error' && narrower ? said : class_;
}
