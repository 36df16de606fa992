/** Longest text that rules look at; the cost of a pattern is counted for it. */
const textLength = 4096;
/** Steps that a pattern may need at worst: well under a second. */
const maxSteps = 1e8;

/** A part of a pattern, at worst. */
interface Part {
  /** In how many ways it can match from one place; what follows is tried for each. */
  ways: number;
  /** Steps that trying all of them takes. */
  steps: number;
  /** Whether it can match in lengths that differ. */
  varies: boolean;
  /** How many alternatives it has. */
  branches: number;
  anchored: boolean;
}

const nothing: Part = { ways: 1, steps: 0, varies: false, branches: 1, anchored: false };

/** Why a regular expression (valid, flags `i`) could run for very long, with what to do; undefined when it cannot. */
export function dangerOf(pattern: string): { text: string; hint: string } | undefined {
  const reader = new PatternReader(pattern);
  const whole = reader.alternatives();
  if (reader.danger !== undefined) return reader.danger;
  if (whole.steps * (whole.anchored ? 1 : textLength) <= maxSteps) return undefined;
  return {
    text: 'could run for very long, since several open repetitions follow one another',
    hint: 'Bound them: write .{0,80} in place of .* or .+.',
  };
}

/** Walks over the pattern once, from left to right. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  danger: { text: string; hint: string } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads up to the end or the closing bracket. */
  alternatives(): Part {
    const parts: Part[] = [];
    const byStart = new Map<string, { ways: number; steps: number }>();
    do {
      const start = /^(?:\\b|\^)*([a-z0-9]{1,3})/i.exec(this.#text.slice(this.#at))?.[1]?.toLowerCase() ?? '';
      const part = this.#sequence();
      parts.push(part);
      const alike = byStart.get(start) ?? { ways: 0, steps: 0 };
      byStart.set(start, { ways: alike.ways + part.ways, steps: alike.steps + part.steps });
    } while (this.#take('|'));
    // Alternatives that begin differently exclude each other.
    const open = byStart.get('') ?? { ways: 0, steps: 0 };
    byStart.delete('');
    return {
      ways: open.ways + Math.max(0, ...[...byStart.values()].map(({ ways }) => ways)),
      steps: open.steps + Math.max(0, ...[...byStart.values()].map(({ steps }) => steps)),
      varies: parts.length > 1 || parts.some((part) => part.varies),
      branches: parts.length,
      anchored: parts.every((part) => part.anchored),
    };
  }

  #sequence(): Part {
    const sequence: Part = { ...nothing, steps: 1 };
    let varied = false;
    for (let first = true; this.#at < this.#text.length && !/[|)]/.test(this.#peek()); first = false) {
      const start = this.#at;
      const looks = /^\(\?<?[=!]/.test(this.#text.slice(this.#at, this.#at + 4));
      const part = this.#repeated(this.#atom(), start);
      sequence.anchored ||= first && part.anchored;
      // After what varies, the next letter is where most tries end.
      sequence.steps += sequence.ways * (varied ? Math.max(1, part.steps) : part.steps);
      if (!looks) sequence.ways *= part.ways;
      sequence.varies ||= part.varies;
      varied = part.varies;
    }
    return sequence;
  }

  #atom(): Part {
    if (this.#take('(')) {
      this.#skip(/^\?(?:[:=!]|<[=!]|<\w+>)/);
      const inside = this.alternatives();
      this.#take(')');
      return inside;
    }
    if (this.#take('^')) return { ...nothing, anchored: true };
    if (this.#skip(/^\\(?:[1-9]|k<)/)) {
      this.danger ??= {
        text: 'refers back to a group',
        hint: 'Spell the words out in place of the reference.',
      };
    } else if (!this.#skip(/^\[(?:\\[\s\S]|[^\]\\])*\]/)) this.#skip(/^(?:\\[\s\S]|[\s\S])/);
    return nothing;
  }

  #repeated(atom: Part, start: number): Part {
    const end = this.#at;
    const mark = this.#skip(/^(?:[*+?]|\{\d+(?:,\d*)?\})/);
    if (mark === undefined) return atom;
    this.#take('?');
    const { min, max } = limitsOf(mark);
    if (max > textLength && atom.varies) {
      this.danger ??= {
        text: `could run for ever, since ${this.#text.slice(start, end)}${mark} repeats what already varies in length`,
        hint: 'Write it without a repetition or an alternative inside the repeated group.',
      };
    }
    const most = Math.min(max, textLength);
    const inner = max > 1 ? Math.max(atom.ways, atom.branches) : atom.ways;
    const lengths = this.#endsAtLiteral(this.#text.slice(start, end)) ? 1 : most - min + 1;
    const steps = most * Math.max(1, atom.steps) * inner ** Math.max(0, most - 1);
    return {
      ways: inner ** most * lengths,
      steps,
      varies: min !== max,
      branches: 1,
      anchored: atom.anchored && min > 0,
    };
  }

  // `\d+\.` can end in one way only: at the first character that is no digit.
  #endsAtLiteral(repeated: string): boolean {
    if (!/^(?:\\[dws]|\[(?:\\[\s\S]|[^\]\\])*\]|[\w ])$/.test(repeated)) return false;
    const next = /^(?:\\([^\w\s])|([^\\.[\](){}*+?|^$]))(?![*?{])/.exec(this.#text.slice(this.#at));
    const literal = next?.[1] ?? next?.[2];
    return literal !== undefined && !new RegExp(`^${repeated}$`, 'i').test(literal);
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at))?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function limitsOf(mark: string): { min: number; max: number } {
  if (mark === '*') return { min: 0, max: Infinity };
  if (mark === '+') return { min: 1, max: Infinity };
  if (mark === '?') return { min: 0, max: 1 };
  const [low, high] = mark.slice(1, -1).split(',');
  const min = Number(low);
  if (high === undefined) return { min, max: min };
  return { min, max: high === '' ? Infinity : Number(high) };
}
