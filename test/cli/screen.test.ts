import { expect, test } from 'vitest';
import { paint } from '../../src/cli/render/screen.ts';
import { screenOf } from '../../src/cli/screen.ts';

const terminal = { isTTY: true, columns: 132 };
const wanted = { color: true };

test('a terminal has its own width and takes colour', () => {
  expect(screenOf(terminal, { TERM: 'xterm', LANG: 'C.UTF-8' }, wanted)).toEqual({
    width: 132,
    color: true,
    unicode: true,
  });
});

test('a pipe is 100 columns wide and has no colour', () => {
  expect(screenOf({}, { TERM: 'xterm', LANG: 'C' }, wanted)).toEqual({
    width: 100,
    color: false,
    unicode: false,
  });
});

test.each([
  ['NO_COLOR', { NO_COLOR: '1' }, wanted],
  ['--no-color', {}, { color: false }],
  ['a dumb terminal', { TERM: 'dumb' }, wanted],
])('%s takes the colour away', (_, env, flags) => {
  const screen = screenOf(terminal, env, flags);
  expect(screen.color).toBe(false);
  expect(paint(screen, 'bad', 'x')).toBe('x');
});

test('LC_ALL decides over LANG whether there is more than ASCII', () => {
  expect(screenOf(terminal, { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, wanted).unicode).toBe(false);
  expect(screenOf(terminal, { LC_CTYPE: 'de_DE.utf8' }, wanted).unicode).toBe(true);
});
