import { stripVTControlCharacters } from 'node:util';
import { plainText } from '../../base/text.ts';
import { type Screen, signs } from './screen.ts';

// Made at the first need: it takes longer than a whole command may.
let segmenter: Intl.Segmenter | undefined;

function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

// Letters and signs of one column and one code unit each, our own `…`, `·` and `–` among them.
const narrow = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/;

/** The columns that a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemesOf(stripVTControlCharacters(text))) {
    if (!/^[\p{Mark}\p{Cf}]+$/u.test(segment)) columns += wide.test(segment) ? 2 : 1;
  }
  return columns;
}

/** One line without control bytes, cut to `columns`. Not for text that is coloured already. */
export function cut(text: string, columns: number, screen: Screen): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  if (widthOf(line) <= columns) return line;
  const { more } = signs(screen);
  return `${firstColumns(line, Math.max(0, columns - widthOf(more))).trimEnd()}${more}`;
}

/** The same for a path, of which the end says most. */
export function cutPath(path: string, columns: number, screen: Screen): string {
  const line = cut(path, Number.POSITIVE_INFINITY, screen);
  if (widthOf(line) <= columns) return line;
  const { more } = signs(screen);
  const parts = [...line];
  while (parts.length > 0 && widthOf(parts.join('')) > columns - widthOf(more)) parts.shift();
  return `${more}${parts.join('')}`;
}

/** The first characters of the text that take no more than `columns`. */
function firstColumns(text: string, columns: number): string {
  if (narrow.test(text)) return text.slice(0, columns);
  let taken = '';
  let used = 0;
  for (const { segment } of graphemesOf(text)) {
    used += widthOf(segment);
    if (used > columns) break;
    taken += segment;
  }
  return taken;
}

/** The text in lines of at most `columns`, broken between words; a longer word is broken where the line ends. */
export function wrap(text: string, columns: number): string[] {
  return plainText(text)
    .split('\n')
    .flatMap((line) => wrapLine(line.replaceAll('\t', '    ').trimEnd(), Math.max(8, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (widthOf(rest) > columns) {
    const head = firstColumns(rest, columns);
    const border = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
    const length = border > columns / 3 ? border : head.length;
    lines.push(rest.slice(0, length).trimEnd());
    rest = rest.slice(length).trimStart();
  }
  return [...lines, rest];
}

/** A paragraph: `first` before its first line, the same room before the others. */
export function hanging(first: string, text: string, screen: Screen): string[] {
  const room = widthOf(first);
  return wrap(text, screen.width - room).map((line, index) =>
    `${index === 0 ? first : ' '.repeat(room)}${line}`.trimEnd(),
  );
}

/** The parts one after the other, broken only between them; `first` stands before the first line. */
export function packed(first: string, parts: readonly string[], screen: Screen): string[] {
  const { dot } = signs(screen);
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last}${dot}${part}`;
    if (last !== undefined && widthOf(longer) <= screen.width) lines[lines.length - 1] = longer;
    else lines.push(`${last === undefined ? first : ' '.repeat(widthOf(first))}${part}`);
  }
  return lines;
}

/** The same lines further to the right. */
export function indent(lines: readonly string[], columns = 2): string[] {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(columns)}${line}`));
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
