/** A line without its end. `whole` is false when it was over the limit and has been cut. */
interface Line {
  text: string;
  whole: boolean;
}

/**
 * Cuts a byte stream into lines with bounded memory. A line over `limit` bytes is handed on cut, with `whole: false`.
 * Lines are decoded as UTF-8; bad bytes become U+FFFD.
 */
export class LineReader {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #over = false;

  constructor(limit = 8 * 1024 * 1024) {
    this.#limit = limit;
  }

  /** The lines that the chunk completes. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      lines.push(
        this.#size === 0 && !this.#over ? this.#whole(chunk, start, end) : this.#last(chunk, start, end),
      );
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The unfinished last line, if any. */
  rest(): Line | undefined {
    return this.#size === 0 && !this.#over ? undefined : this.#take();
  }

  // Nothing is carried over: no copy is needed.
  #whole(chunk: Uint8Array, start: number, end: number): Line {
    const stop = Math.min(end, start + this.#limit);
    const text = Buffer.from(chunk.buffer, chunk.byteOffset + start, stop - start).toString('utf8');
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, whole: stop === end };
  }

  #last(chunk: Uint8Array, start: number, end: number): Line {
    this.#keep(chunk.subarray(start, end));
    return this.#take();
  }

  #keep(bytes: Uint8Array): void {
    const room = this.#limit - this.#size;
    if (bytes.length > room) this.#over = true;
    if (room <= 0 || bytes.length === 0) return;
    const kept = Buffer.from(bytes.subarray(0, room));
    this.#parts.push(kept);
    this.#size += kept.length;
  }

  #take(): Line {
    const text = Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
    const whole = !this.#over;
    this.#parts = [];
    this.#size = 0;
    this.#over = false;
    return { text, whole };
  }
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
