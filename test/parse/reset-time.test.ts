import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOf } from '../../src/parse/formats.ts';
import { resetTimeIn } from '../../src/parse/reset-time.ts';

/** Saturday afternoon in Berlin (UTC+1), morning in New York (UTC-5). */
const now = new Date('2026-11-21T13:00:00Z');
const at = (text: string, zone = 'Europe/Berlin', clock = now) => resetTimeIn(text, clock, zone);

describe('the time at which a limit lifts is read from words', () => {
  test.each([
    ['Claude AI usage limit reached|1795280400', '2026-11-21T17:00:00.000Z'],
    ['rate limited; resets_at: 1795280400123', '2026-11-21T17:00:00.123Z'],
    ['{"error":{"type":"usage_limit_reached","resets_at":1795280400}}', '2026-11-21T17:00:00.000Z'],
    ['limit resets at 2026-11-22T08:00:00Z', '2026-11-22T08:00:00.000Z'],
    ['try again at 2026-11-22 08:00:00+02:00', '2026-11-22T06:00:00.000Z'],
    ['try again after 2026-11-22 08:00 UTC', '2026-11-22T08:00:00.000Z'],
    ['try again after 2026-11-22 08:00', '2026-11-22T07:00:00.000Z'],
    ['Retry-After: Sun, 22 Nov 2026 08:00:00 GMT', '2026-11-22T08:00:00.000Z'],
    ["You've hit your 5-hour limit · resets 5pm (Europe/Berlin)", '2026-11-21T16:00:00.000Z'],
    ["You've hit your 5-hour limit · resets 3pm (America/New_York)", '2026-11-21T20:00:00.000Z'],
    ['resets 12am (UTC)', '2026-11-22T00:00:00.000Z'],
    ['resets 12:30pm (UTC)', '2026-11-22T12:30:00.000Z'],
    ['resets at 1am', '2026-11-22T00:00:00.000Z'],
    ['weekly limit reached ∙ resets Nov 25, 3pm (Europe/Berlin)', '2026-11-25T14:00:00.000Z'],
    ['resets Nov 25 at 3pm (Europe/Berlin)', '2026-11-25T14:00:00.000Z'],
    ['resets Dec 30 at 9am (Asia/Kolkata)', '2026-12-30T03:30:00.000Z'],
    ['or try again at Nov 23rd, 2026 3:05 PM.', '2026-11-23T14:05:00.000Z'],
    ['or try again at 3:05 PM.', '2026-11-21T14:05:00.000Z'],
    ['try again at 15:05', '2026-11-21T14:05:00.000Z'],
    ['Please try again in 3 hours 5 minutes.', '2026-11-21T16:05:00.000Z'],
    ['try again in 1 day 2 hours', '2026-11-22T15:00:00.000Z'],
    ['try again in 1 day, 2 hours and 3 mins.', '2026-11-22T15:03:00.000Z'],
    ['limit lifts, resets in 3h', '2026-11-21T16:00:00.000Z'],
    ['Rate limit reached. Try again in 20.5s', '2026-11-21T13:00:20.500Z'],
    ['Please try again in 350ms', '2026-11-21T13:00:00.350Z'],
    ['Please retry in 12.3s.', '2026-11-21T13:00:12.300Z'],
    ['Too many requests, retry in 37s', '2026-11-21T13:00:37.000Z'],
    ['Your quota will reset after 7h25m3s.', '2026-11-21T20:25:03.000Z'],
    ['{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}', '2026-11-21T13:00:37.000Z'],
    ['{\\"retryDelay\\": \\"37s\\"}', '2026-11-21T13:00:37.000Z'],
    ['{"retry-after":"90"}', '2026-11-21T13:01:30.000Z'],
    ['retry-after-ms: 1500', '2026-11-21T13:00:01.500Z'],
    ['Please wait 5 minutes before you go on', '2026-11-21T13:05:00.000Z'],
    ['try again later, or retry after 2 weeks', '2026-12-05T13:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });
});

test.each([
  'try again later',
  'I reset the counter at 3pm.',
  'Retrying in 0.2 seconds',
  'resets at 25:00',
  'resets 13pm',
  'resets 3pm (Nowhere/Land)',
  'resets 3pm (PST)',
  'resets at 1700000000',
  'resets at 9999999999',
  'try again at 2026-11-19T08:00:00Z',
  'try again in 60 days',
  'try again in 3 apples',
  'resets on Monday',
  'retry 3',
  '',
])('%s names no time that can be waited for', (text) => {
  expect(at(text)).toBeNull();
});

test('a clock time that has just come is today, not tomorrow', () => {
  expect(at('resets 2pm', 'Europe/Berlin', new Date('2026-11-21T13:04:00Z'))).toBe(
    '2026-11-21T13:00:00.000Z',
  );
  expect(at('resets 2pm', 'Europe/Berlin', new Date('2026-11-21T13:30:00Z'))).toBe(
    '2026-11-22T13:00:00.000Z',
  );
});

test('clock times hold on days on which clocks are changed', () => {
  const winter = new Date('2026-10-24T20:00:00Z');
  expect(at('resets 9am', 'Europe/Berlin', winter)).toBe('2026-10-25T08:00:00.000Z');
  expect(at('resets 2:30am', 'Europe/Berlin', winter)).toBe('2026-10-25T01:30:00.000Z');
  const summer = new Date('2027-03-27T20:00:00Z');
  expect(at('resets 9am', 'Europe/Berlin', summer)).toBe('2027-03-28T07:00:00.000Z');
  expect(at('resets 2:30am', 'Europe/Berlin', summer)).toBe('2027-03-28T01:30:00.000Z');
});

test('a date without a year is the coming one', () => {
  expect(at('resets Jan 2 at 9am (UTC)', 'UTC', new Date('2026-12-30T00:00:00Z'))).toBe(
    '2027-01-02T09:00:00.000Z',
  );
});

test('no text and no zone make it throw, and what it gives is a moment in ISO form', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'resets ',
      'try again in ',
      'retry-after: ',
      'limit reached|',
      'at ',
      'Nov 25, ',
      'pm',
      '(Europe/Berlin)',
      ':',
      's',
      ' days ',
    ),
    fc.integer().map(String),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const time = resetTimeIn(pieces.join(''), now);
      if (time === null) return;
      const ahead = Date.parse(time) - now.getTime();
      expect(new Date(time).toISOString()).toBe(time);
      expect(ahead).toBeGreaterThanOrEqual(-86_400_000);
      expect(ahead).toBeLessThanOrEqual(40 * 86_400_000);
    }),
    { numRuns: 2000 },
  );
});

test('a long text without a time is looked through quickly enough to end', () => {
  expect(at('resets at '.repeat(100_000))).toBeNull();
  expect(at(`try again${' '.repeat(1_000_000)}`)).toBeNull();
});

const claude = (limit: object, result: object) =>
  [
    { type: 'system', subtype: 'init', session_id: 's', model: 'm' },
    { type: 'rate_limit_event', rate_limit_info: limit },
    { type: 'result', subtype: 'success', terminal_reason: 'completed', ...result },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');

const report = (format: Parameters<typeof formatOf>[0], output: string, code: number, stderr = '') => {
  const parser = formatOf(format).create();
  parser.push(Buffer.from(output));
  return parser.end({ code, signal: null }, stderr, now);
};

test('a limit that did not stop the run is no reason to wait', () => {
  const limit = { status: 'rejected', resetsAt: 1_795_280_400 };
  const failed = { is_error: true, api_error_status: 429, result: 'Rejected' };
  expect(report('claude-stream-json', claude(limit, failed), 1).retryAt).toBe('2026-11-21T17:00:00.000Z');
  expect(
    report('claude-stream-json', claude(limit, { is_error: false, result: 'ok' }), 0).retryAt,
  ).toBeNull();
  const overloaded = { is_error: true, api_error_status: 500, result: 'Internal server error' };
  expect(report('claude-stream-json', claude(limit, overloaded), 1).retryAt).toBeNull();
  expect(report('claude-stream-json', claude({ ...limit, status: 'allowed' }, failed), 1).retryAt).toBeNull();
});

test('each format passes on what the words of its failure say', () => {
  const line = (event: object) => `${JSON.stringify(event)}\n`;
  const codex = line({
    type: 'turn.failed',
    error: { message: "You've hit your usage limit, try again in 3 hours." },
  });
  expect(report('codex-jsonl', codex, 1).retryAt).toBe('2026-11-21T16:00:00.000Z');
  const nested = JSON.stringify({
    error: { code: 429, message: 'Resource exhausted', details: [{ retryDelay: '37s' }] },
  });
  const gemini = line({ type: 'result', status: 'error', error: { message: `[API Error: ${nested}]` } });
  expect(report('gemini-stream-json', gemini, 1).retryAt).toBe('2026-11-21T13:00:37.000Z');
  const data = { message: 'Too many requests', statusCode: 429, responseHeaders: { 'retry-after': '90' } };
  const opencode = line({ type: 'error', error: { name: 'APIError', data } });
  expect(report('opencode-json', opencode, 1).retryAt).toBe('2026-11-21T13:01:30.000Z');
  const droid = line({ type: 'error', message: '429 Rate limited. Please retry in 12.3s.' });
  expect(report('droid-stream-json', droid, 1).retryAt).toBe('2026-11-21T13:00:12.300Z');
  expect(
    report('cursor-stream-json', '', 1, 'Error: usage limit, resets at 2026-11-22T08:00:00Z').retryAt,
  ).toBe('2026-11-22T08:00:00.000Z');
  const aider = 'litellm.RateLimitError: rate limit reached. Please try again in 20.5s\n';
  expect(report('aider-text', aider, 0).retryAt).toBe('2026-11-21T13:00:20.500Z');
  expect(report('plain', 'Usage limit reached|1795280400\n', 1).retryAt).toBe('2026-11-21T17:00:00.000Z');
});
