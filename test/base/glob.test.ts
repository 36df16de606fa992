import { expect, test } from 'vitest';
import { matchesAny, matchesGlob } from '../../src/base/glob.ts';

const cases: [string, string, boolean][] = [
  ['src/a.ts', 'src/a.ts', true],
  ['src/a.ts', 'src', false],
  ['src/a.ts', 'src/', true],
  ['src/x/a.ts', 'src/', true],
  ['src/x/a.ts', 'src/*.ts', false],
  ['src/x/a.ts', 'src/**/*.ts', true],
  ['src/a.ts', 'src/**/*.ts', true],
  ['src/a.ts', '/src/*.ts', true],
  ['lib/src/a.ts', 'src/**', false],
  ['lib/src/a.ts', '**/src/**', true],
  ['deep/in/package-lock.json', '*-lock.json', true],
  ['.env', '.env', true],
  ['config/.env.local', '.env*', true],
  ['secrets/.key', 'secrets/**', true],
  ['secrets/.key', 'secrets/*', true],
  ['test/a.spec.tsx', '**/*.{test,spec}.{ts,tsx}', true],
  ['test/a.spec.js', '**/*.{test,spec}.{ts,tsx}', false],
  ['a.ts', '?.ts', true],
  ['ab.ts', '?.ts', false],
  ['a+b(1).ts', 'a+b(1).ts', true],
  ['aXb.ts', 'a.b.ts', false],
  ['a/b', '**', true],
  ['a', 'a/**', true],
];

test.each(cases)('%s against %s', (path, pattern, expected) => {
  expect(matchesGlob(path, pattern)).toBe(expected);
});

test('any of several patterns will do, and none of no patterns', () => {
  expect(matchesAny('docs/a.md', ['src/', 'docs/'])).toBe(true);
  expect(matchesAny('docs/a.md', [])).toBe(false);
});

test('a pattern made to be slow ends all the same', () => {
  const path = Array.from({ length: 60 }, () => 'a'.repeat(60)).join('/');
  expect(matchesGlob(path, `${'**/'.repeat(40)}${'*a'.repeat(40)}b`)).toBe(false);
  expect(matchesGlob('a', '{a,b}'.repeat(30))).toBe(false);
});
