/** Longest text that rules look at; the cost of a pattern is counted for it. */
const textLength = 4096;
/** Steps that a pattern may need at worst: well under a second. */
const maxSteps = 1e8;

/** A part of a pattern: `ways` is how many ways to match may be tried, at worst. */
interface Part {
  ways: number;
  /** Whether it can match in lengths that differ. */
  varies: boolean;
  /** How many alternatives begin alike. */
  branches: number;
  anchored: boolean;
}

/** Why a regular expression (valid, flags `i`) could run for very long, with what to do; undefined when it cannot. */
export function dangerOf(pattern: string): { text: string; hint: string } | undefined {
  const reader = new PatternReader(pattern);
  const whole = reader.alternatives();
  if (reader.danger !== undefined) return reader.danger;
  if (whole.ways * (whole.anchored ? 1 : textLength) <= maxSteps) return undefined;
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
    const waysByStart = new Map<string, number>();
    do {
      const start =
        this.#text
          .slice(this.#at)
          .match(/^(?:\\b|\^)*([a-z0-9])/i)?.[1]
          ?.toLowerCase() ?? '';
      const part = this.#sequence();
      parts.push(part);
      waysByStart.set(start, (waysByStart.get(start) ?? 0) + part.ways);
    } while (this.#take('|'));
    const open = waysByStart.get('') ?? 0;
    waysByStart.delete('');
    return {
      ways: open + Math.max(0, ...waysByStart.values()),
      varies: parts.length > 1 || parts.some((part) => part.varies),
      branches: parts.length,
      anchored: parts.every((part) => part.anchored),
    };
  }

  #sequence(): Part {
    const sequence: Part = { ways: 1, varies: false, branches: 1, anchored: false };
    let aside = 0;
    for (let first = true; this.#at < this.#text.length && !/[|)]/.test(this.#peek()); first = false) {
      const start = this.#at;
      const looks = /^\(\?<?[=!]/.test(this.#text.slice(this.#at, this.#at + 4));
      const atom = this.#atom();
      const part = this.#repeated(atom, start);
      if (first && part.anchored) sequence.anchored = true;
      if (looks) aside += sequence.ways * part.ways;
      else sequence.ways *= part.ways;
      sequence.varies ||= part.varies;
    }
    sequence.ways += aside;
    return sequence;
  }

  #atom(): Part {
    const single: Part = { ways: 1, varies: false, branches: 1, anchored: false };
    if (this.#take('(')) {
      this.#skip(/^\?(?:[:=!]|<[=!]|<\w+>)/);
      const inside = this.alternatives();
      this.#take(')');
      return inside;
    }
    if (this.#take('^')) return { ...single, anchored: true };
    if (this.#skip(/^\\(?:[1-9]|k<)/)) {
      this.danger ??= {
        text: 'refers back to a group',
        hint: 'Spell the words out; back-references can run for ever.',
      };
    } else if (!this.#skip(/^\[(?:\\[\s\S]|[^\]\\])*\]/)) this.#skip(/^(?:\\[\s\S]|[\s\S])/);
    return single;
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
    const choices = this.#endsAtLiteral(this.#text.slice(start, end))
      ? 1
      : Math.min(max, textLength) - min + 1;
    const inner = max > 1 && atom.branches > 1 ? Math.max(atom.ways, atom.branches) : atom.ways;
    const ways = inner ** Math.min(max, textLength) * choices;
    return { ways, varies: min !== max, branches: 1, anchored: atom.anchored && min > 0 };
  }

  // `\d+\.` can end in one way only: at the first character that is no digit.
  #endsAtLiteral(repeated: string): boolean {
    if (!/^(?:\\[dws]|\[(?:\\[\s\S]|[^\]\\])*\]|[\w ])$/.test(repeated)) return false;
    const rest = this.#text.slice(this.#at);
    const next = /^(?:\\([^\w\s])|([^\\.[\](){}*+?|^$]))(?![*?{])/.exec(rest);
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
