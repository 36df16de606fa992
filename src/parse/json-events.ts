import { jsonObject, LineReader } from '../base/jsonl.ts';
import { oneLine } from '../base/text.ts';

const LONGEST_LINE = 1024 * 1024;
const TOLD = 2000;

/** Feeds the JSON objects of a JSON Lines stream to `take`, one by one. */
export class JsonEvents {
  /** Whether a line was neither an object nor the beginning of one: the output is, or also holds, something else. */
  strange = false;
  readonly #lines = new LineReader(LONGEST_LINE, TOLD);
  readonly #take: (event: Record<string, unknown>) => void;
  #lastText = '';

  constructor(take: (event: Record<string, unknown>) => void) {
    this.#take = take;
  }

  /** The last line that was no JSON object: what a tool prints when it cannot even start. */
  get lastText(): string {
    return oneLine(this.#lastText, 500);
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes, this.#line);
  }

  /** Takes the last line, which may lack its newline. */
  end(): void {
    this.#lines.rest(this.#line);
  }

  readonly #line = (line: string, whole: boolean): void => {
    if (line === '') return;
    const event = whole ? jsonObject(line) : undefined;
    if (event !== undefined) this.#take(event);
    else this.#text(line.trimStart());
  };

  #text(text: string): void {
    if (text === '') return;
    this.strange ||= !text.startsWith('{');
    this.#lastText = text.slice(0, TOLD);
  }
}
