const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** What a line is given to, without its end. `whole` is false when it was over the limit and has been cut. */
type TakeLine = (text: string, whole: boolean) => void;

/**
 * Cuts a byte stream into lines, in bounded memory and with little to collect: nothing is made but the text of a line.
 * A line over `limit` bytes is handed on as its first `kept` bytes. Lines are decoded as UTF-8; bad bytes become U+FFFD.
 */
export class LineReader {
  readonly #limit: number;
  readonly #kept: number;
  /** The line that has begun; it grows to the longest line. */
  #held = Buffer.alloc(0);
  #size = 0;
  #over = false;

  constructor(limit = 8 * 1024 * 1024, kept = limit) {
    this.#limit = limit;
    this.#kept = kept;
  }

  /** Hands on the lines that the chunk completes. */
  push(chunk: Uint8Array, take: TakeLine): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = newlineFrom(bytes, 0); end !== -1; end = newlineFrom(bytes, start)) {
      // Nothing is carried over: no copy is needed.
      if (this.#size === 0 && end - start <= this.#limit) take(textOf(bytes, start, end), true);
      else {
        this.#hold(bytes, start, end);
        this.rest(take);
      }
      start = end + 1;
    }
    this.#hold(bytes, start, bytes.length);
  }

  /** Hands on the unfinished last line, if any. */
  rest(take: TakeLine): void {
    if (this.#size === 0) return;
    const whole = !this.#over;
    const text = textOf(this.#held, 0, this.#size);
    this.#size = 0;
    this.#over = false;
    take(text, whole);
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    if (this.#over) return;
    this.#over = this.#size + end - start > this.#limit;
    const stop = Math.min(end, start + Math.max(0, (this.#over ? this.#kept : this.#limit) - this.#size));
    this.#reserve(this.#size + stop - start);
    this.#size += bytes.copy(this.#held, this.#size, start, stop);
    if (this.#over) this.#size = Math.min(this.#size, this.#kept);
  }

  #reserve(size: number): void {
    if (size <= this.#held.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(4096, 2 * size)));
    this.#held.copy(larger, 0, 0, this.#size);
    this.#held = larger;
  }
}

// A call into the runtime for each of a million empty lines is what would take time.
function newlineFrom(bytes: Buffer, start: number): number {
  return bytes[start] === NEWLINE ? start : bytes.indexOf(NEWLINE, start);
}

function textOf(bytes: Buffer, start: number, end: number): string {
  if (start === end) return '';
  const stop = bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  return bytes.toString('utf8', start, stop);
}

/** The JSON object on a line, or undefined when the line holds none. Never throws. */
export function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.includes('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
