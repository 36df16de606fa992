import { expect, test } from 'vitest';
import { classOfStatus, classOfWords, tellingLine } from '../../src/parse/error-words.ts';

test.each([
  ['Your credit balance is too low', 'quota'],
  ['You exceeded your current quota, please check your plan', 'quota'],
  ["You've hit your usage limit. Try again later.", 'quota'],
  ["You've hit your usage limit, try again at 3:05 PM.", 'rate_limit'],
  ["You've hit your 5-hour limit · resets 3:33am (UTC)", 'rate_limit'],
  ['exceeded retry limit, last status: 429 Too Many Requests', 'rate_limit'],
  ['prompt is too long: 300000 tokens > 200000 maximum', 'context_limit'],
  ['The model `x` does not exist or you do not have access to it', 'model_unavailable'],
  ['unexpected status 401 Unauthorized: no', 'auth'],
  ['unexpected status 503 Service Unavailable', 'provider_error'],
  ['Selected model is at capacity. Please try a different model.', 'overloaded'],
  ['stream disconnected before completion', 'network'],
  ['error decoding response body: error reading a body from connection: end of file', 'network'],
  ["error: unexpected argument '--frob' found", 'tool_version'],
  ['--dangerously-skip-permissions cannot be used with root/sudo privileges', 'permission'],
  ['a perfectly normal sentence', undefined],
])('%s: %s', (text, expected) => {
  expect(classOfWords(text)).toBe(expected);
});

test.each([
  [401, 'auth'],
  [403, 'auth'],
  [404, 'model_unavailable'],
  [413, 'context_limit'],
  [429, 'rate_limit'],
  [500, 'provider_error'],
  [529, 'overloaded'],
  [400, 'bad_request'],
  [418, 'bad_request'],
])('status %i alone is %s', (status, expected) => {
  expect(classOfStatus(status, 'no words')).toBe(expected);
});

test('words refine a status only where they may', () => {
  expect(classOfStatus(400, 'prompt is too long')).toBe('context_limit');
  expect(classOfStatus(429, 'insufficient_quota')).toBe('quota');
  expect(classOfStatus(500, 'prompt is too long')).toBe('provider_error');
});

test('the line that says what went wrong is found among noise', () => {
  expect(tellingLine("error: unexpected argument '--x' found\n\nUsage: tool [OPTIONS]\n\nTry --help\n")).toBe(
    "error: unexpected argument '--x' found",
  );
  const help = 'Options:\n  --api-key  key to use for authentication\n\nUnknown argument: no-such-flag\n';
  expect(tellingLine(help)).toBe('Unknown argument: no-such-flag');
  expect(tellingLine('one\ntwo\n\n')).toBe('two');
  expect(tellingLine('')).toBe('');
});
