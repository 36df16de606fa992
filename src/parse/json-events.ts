import { jsonObject, LineReader } from '../base/jsonl.ts';
import { oneLine } from '../base/text.ts';

const LONGEST_LINE = 4 * 1024 * 1024;
const PIECE = 8 * 1024;

/** Feeds the JSON objects of a JSON Lines stream to `take`, one by one. */
export class JsonEvents {
  /** The last line that was no JSON object: what a tool prints when it cannot even start. */
  lastText = '';
  /** Whether a line was neither an object nor the beginning of one: the output is, or also holds, something else. */
  strange = false;
  readonly #lines = new LineReader(LONGEST_LINE);
  readonly #take: (event: Record<string, unknown>) => void;

  constructor(take: (event: Record<string, unknown>) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE) {
      for (const line of this.#lines.push(bytes.subarray(at, at + PIECE))) this.#line(line);
    }
  }

  /** Takes the last line, which may lack its newline. */
  end(): void {
    const rest = this.#lines.rest();
    if (rest !== undefined) this.#line(rest);
  }

  #line({ text, whole }: { text: string; whole: boolean }): void {
    const event = whole ? jsonObject(text) : undefined;
    if (event !== undefined) this.#take(event);
    else this.#text(text.trimStart());
  }

  #text(text: string): void {
    if (text === '') return;
    this.strange ||= !text.startsWith('{');
    this.lastText = oneLine(text.slice(0, 2000), 500);
  }
}
