import { LineReader } from '../base/jsonl.ts';
import { plainText } from '../base/text.ts';
import { troubleOf } from './aider-text-trouble.ts';
import type { Renderer } from './parser.ts';
import { eventLine, type Label, paragraph } from './render-line.ts';

const LONGEST = 64 * 1024;

const labels: readonly (readonly [Label, RegExp])[] = [
  ['start', /^(?:Main model|Model): (.+)/],
  ['edit', /^Applied edit to (.+)/],
  ['denied', /^((?:Skipping edits to|Did not apply edit to) .+)/],
  ['read', /^Added (.+) to the chat/],
  ['retry', /^(Retrying in [\d.]+ seconds.*)/],
  ['end', /^(Tokens: .+|Cost: \$.+)/],
];

/** What `aider-text` tells: prose as it is, and what the tool did with a label in front. */
export class AiderTextRenderer implements Renderer {
  readonly #lines = new LineReader(LONGEST);

  push(bytes: Uint8Array): string[] {
    const shown: string[] = [];
    this.#lines.push(bytes, (line) => shown.push(...shownLines(line)));
    return shown;
  }

  end(): string[] {
    const shown: string[] = [];
    this.#lines.rest((line) => shown.push(...shownLines(line)));
    return shown;
  }
}

function shownLines(text: string): string[] {
  if (text === '') return [''];
  const line = plainText(text);
  const head = line.slice(0, 4000);
  for (const [label, pattern] of labels) {
    const told = pattern.exec(head)?.[1];
    if (told !== undefined) return [eventLine(label, told)];
  }
  return troubleOf(head) === undefined ? paragraph(line) : [eventLine('error', head)];
}
