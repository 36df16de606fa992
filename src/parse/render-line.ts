import { oneLine } from '../base/text.ts';
import type { Usage } from '../model/usage.ts';
import { nameOf, objectOf, textOf } from './field.ts';

/** Widest line a renderer makes, in terminal columns. */
export const COLUMNS = 200;
const LABEL = 7;
const MOST_LINES = 2000;

export type Label =
  | 'start'
  | 'read'
  | 'edit'
  | 'run'
  | 'use'
  | 'plan'
  | 'ask'
  | 'error'
  | 'denied'
  | 'retry'
  | 'end';

/** One line: what happens, and to which thing. */
export function eventLine(label: Label, text: string): string {
  return `${label.padEnd(LABEL)} ${fitted(oneLine(text.slice(0, 2000), COLUMNS), COLUMNS - LABEL - 1)}`.trimEnd();
}

/** A text of several lines as it is; lines that are too wide go on below. */
export function paragraph(text: string): string[] {
  const lines = text.trimEnd().split('\n', MOST_LINES);
  return lines.flatMap((line) => wrapped(line.replaceAll('\t', '    '))).slice(0, MOST_LINES);
}

const telling = [
  'command',
  'file_path',
  'path',
  'notebook_path',
  'pattern',
  'url',
  'query',
  'description',
  'prompt',
];

/** The one value of a tool's input that says most, on one line; undefined when it holds no text at all. */
export function inputBrief(input: unknown): string | undefined {
  const fields = objectOf(input);
  const texts = telling.map((name) => fields[name]).concat(Object.values(fields).slice(0, 20));
  const found = texts.find((value) => nameOf(value) !== undefined);
  return found === undefined ? undefined : oneLine(textOf(found, 2000) ?? '', 160);
}

/** Tokens in words; cached ones count as input here. */
export function tokensBrief(usage: Usage): string {
  const input = usage.input + usage.cacheRead + usage.cacheWrite;
  return `${input.toLocaleString('en-US')} tokens in, ${usage.output.toLocaleString('en-US')} out`;
}

function wrapped(line: string): string[] {
  // No character is wider than two columns.
  if (2 * line.length <= COLUMNS) return [line];
  const lines: string[] = [];
  let rest = line;
  for (;;) {
    const most = unitsWithin(rest, COLUMNS);
    if (most >= rest.length) break;
    const space = rest.lastIndexOf(' ', most);
    const end = space > most / 2 ? space : most;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  lines.push(rest);
  return lines;
}

function fitted(text: string, columns: number): string {
  return unitsWithin(text, columns) >= text.length
    ? text
    : `${text.slice(0, unitsWithin(text, columns - 1)).trimEnd()}…`;
}

/** How many UTF-16 units of the text fit into so many columns. */
function unitsWithin(text: string, columns: number): number {
  let width = 0;
  let units = 0;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns) return units;
    units += character.length;
  }
  return units;
}

/** Never less than what a terminal uses: everything from Hangul on counts as wide. */
function columnsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return point < 0x1100 || (point >= 0x2000 && point <= 0x22ff) ? 1 : 2;
}
