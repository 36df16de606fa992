import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSeconds, nowIso, parseDuration } from '../../src/base/time.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['250ms', 250],
  ['1m250ms', 60_250],
  ['1.5h', 5_400_000],
  ['30', 30_000],
  ['0.5', 500],
  [' 5M ', 300_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

const huge = '9'.repeat(400);

test.each([
  '',
  ' ',
  '5x',
  's',
  '-5m',
  '1h 30m',
  '5m!',
  '1e3',
  '0x10',
  'Infinity',
  'ten',
  '5mm',
  '1..5s',
  `${huge}s`,
  huge,
])('%j is no duration, and the error names it', (text) =>
  expect(() => parseDuration(text)).toThrow(
    expect.objectContaining({ code: 'usage', message: `"${text}" is not a duration.` }),
  ),
);

test.each([
  [0, '0s'],
  [-3, '0s'],
  [0.44, '0.4s'],
  [8, '8s'],
  [9.96, '10.0s'],
  [59.4, '59s'],
  [59.6, '1m 00s'],
  [200, '3m 20s'],
  [0.02, '<0.1s'],
  [0.05, '0.1s'],
  [3599.7, '1h 00m'],
  [7500, '2h 05m'],
  [90_000, '25h 00m'],
])('%d seconds are shown as %s', (seconds, shown) => expect(formatSeconds(seconds)).toBe(shown));

test('no time is shown with a minus or as no number', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e9, noNaN: true }), (seconds) => {
      expect(formatSeconds(seconds)).toMatch(/^(<0\.1s|\d\.\ds|10\.0s|\d{1,2}s|\d{1,2}m \d\ds|\d+h \d\dm)$/);
    }),
  );
});

test('now is ISO 8601 in UTC with milliseconds', () => {
  expect(nowIso()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
