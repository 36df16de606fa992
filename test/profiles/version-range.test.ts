import { expect, test } from 'vitest';
import {
  compareVersions,
  findVersion,
  inRange,
  parseRange,
  type Version,
} from '../../src/profiles/version-range.ts';

function version(text: string): Version {
  const found = findVersion(text);
  if (found === undefined) throw new Error(`no version in ${text}`);
  return found.version;
}

test.each([
  ['>=2.1 <3', ['2.1.0', '2.99.1'], ['2.0.9', '3.0.0', '3.0.0-beta.1']],
  ['>= 2.1.197 < 3', ['2.1.197', '2.1.329'], ['2.1.196']],
  ['^1.2.3', ['1.2.3', '1.9.0'], ['1.2.2', '2.0.0']],
  ['^0.169.0', ['0.169.5'], ['0.170.0', '0.168.9']],
  ['^0.0.3', ['0.0.3'], ['0.0.4', '0.1.0']],
  ['^0.169', ['0.169.9'], ['0.170.0']],
  ['^0', ['0.9.9'], ['1.0.0']],
  ['^0.0', ['0.0.7'], ['0.1.0']],
  ['~1.2.3', ['1.2.3', '1.2.9'], ['1.3.0', '1.2.2']],
  ['~1', ['1.0.0', '1.9.9'], ['2.0.0']],
  ['1.x', ['1.0.0', '1.99.0'], ['2.0.0', '0.9.0']],
  ['1.2', ['1.2.0', '1.2.9'], ['1.3.0']],
  ['1.2.3', ['1.2.3'], ['1.2.4', '1.2.3-rc.1']],
  ['*', ['0.0.1', '99.0.0'], []],
  ['>1.2', ['1.3.0'], ['1.2.9']],
  ['<=1.2', ['1.2.9', '1.0.0'], ['1.3.0']],
  ['1.x || ^3.1.0', ['1.5.0', '3.2.0'], ['2.0.0', '3.0.0']],
])('%s holds %j and not %j', (text, inside, outside) => {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`not a range: ${text}`);
  expect(inside.filter((one) => !inRange(version(one), range))).toEqual([]);
  expect(outside.filter((one) => inRange(version(one), range))).toEqual([]);
});

test.each(['', 'newest', '>=', '1.2.3.4', '<*', '1 - 2', '>=1 banana'])('%j is no range', (text) => {
  expect(parseRange(text)).toBeUndefined();
});

test('versions are found in what tools print', () => {
  const texts = [
    '2.1.329 (Agent)',
    'agent-cli 0.169.0',
    'aid 0.86.3.dev',
    '2025.09.18-7ae6800',
    'v1.2',
    'none',
  ];
  expect(texts.map((text) => findVersion(text)?.text)).toEqual([
    '2.1.329',
    '0.169.0',
    '0.86.3',
    '2025.09.18-7ae6800',
    '1.2',
    undefined,
  ]);
});

test('versions are ordered by number, and a prerelease is older than its release', () => {
  const ordered = [
    '0.9.10',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.10.0',
  ];
  const shuffled = [...ordered].reverse();
  expect(shuffled.sort((a, b) => compareVersions(version(a), version(b)))).toEqual(ordered);
});
