const MOST = 64 * 1024;
const FENCE = /^(`{3,}|<\/?(source|code|pre|codeblock|sourcecode)>)/;
const NOT_SAID =
  /^(Applied edit to |Did not apply edit to |Skipping edits to |Creating empty file |Added .+ to the chat|Restored previous conversation)/;
/** The last line of what the tool itself says before the model speaks again. */
const BEFORE_MESSAGE =
  /^(Retrying in [\d.]+ seconds|The LLM did not conform to the edit format|The SEARCH section must exactly match an existing block|Just reply with fixed versions of the blocks? above|It's probably safe to try and send the request)/;

/** The lines of one message, the last 64 K characters of them. */
export class MessageLines {
  #lines: string[] = [];
  #size = 0;

  add(line: string): void {
    if (BEFORE_MESSAGE.test(line)) this.clear();
    else if (!NOT_SAID.test(line)) this.#keep(line);
  }

  clear(): void {
    this.#lines = [];
    this.#size = 0;
  }

  /** What the message says beside its edits. */
  text(): string {
    this.#trim();
    return withoutEdits(this.#lines)
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  #keep(line: string): void {
    this.#lines.push(line);
    this.#size += line.length + 1;
    if (this.#size > 4 * MOST) this.#trim();
  }

  #trim(): void {
    let from = this.#lines.length;
    let size = 0;
    while (from > 0 && size <= MOST) {
      from -= 1;
      size += (this.#lines[from]?.length ?? 0) + 1;
    }
    this.#lines = this.#lines.slice(size > MOST ? from + 1 : from);
    this.#size = Math.min(size, MOST);
  }
}

/** The lines without blocks of `SEARCH … REPLACE`, their fences and the path above them. */
function withoutEdits(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let inside = false;
  let after = false;
  for (const line of lines) {
    if (!inside && /^<{5,9} SEARCH>?\s*$/.test(line)) {
      inside = true;
      dropHead(kept);
    } else if (inside) {
      after = /^>{5,9} REPLACE\s*$/.test(line);
      inside = !after;
    } else {
      if (!(after && FENCE.test(line))) kept.push(line);
      after = false;
    }
  }
  return kept;
}

function dropHead(kept: string[]): void {
  const fenced = (at: number) => FENCE.test(kept.at(at) ?? '');
  if (fenced(-1)) {
    kept.pop();
    if (kept.at(-1)?.trim()) kept.pop();
  } else if (fenced(-2)) {
    kept.splice(-2);
  } else if (kept.at(-1)?.trim()) {
    kept.pop();
  }
}
