/**
 * Whether a path matches a pattern: `*` and `?` within a name, `**` over folders, `{a,b}` for either. A pattern without
 * a slash is tried on the file's name in every folder; one that ends in a slash means all that is below. Names that
 * begin with a dot are no exception. Paths have slashes and no `./` in front.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const names = path.split('/');
  return expand(pattern).some((one) => matchesNames(names, namesIn(one)));
}

/** Whether a path matches any of the patterns. */
export function matchesAny(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesGlob(path, pattern));
}

const MOST_CHOICES = 256;

// The first brace that holds no other, again until there is none.
function expand(pattern: string): string[] {
  let patterns = [pattern];
  while (patterns.length < MOST_CHOICES) {
    const next = patterns.flatMap((one) => {
      const [whole, inside] = /\{([^{}]*,[^{}]*)\}/.exec(one) ?? [];
      return whole === undefined || inside === undefined
        ? [one]
        : inside.split(',').map((choice) => one.replace(whole, () => choice));
    });
    if (next.length === patterns.length && next.every((one, index) => one === patterns[index])) break;
    patterns = next;
  }
  return patterns;
}

function namesIn(pattern: string): string[] {
  const plain = pattern.replace(/^(\.?\/)+/, '');
  const whole = plain.endsWith('/') ? `${plain}**` : plain;
  return pattern.includes('/') ? whole.split('/') : ['**', whole];
}

// Row by row, as in a table of path against pattern, so that no pattern takes long.
function matchesNames(names: readonly string[], patterns: readonly string[]): boolean {
  let reached = Array.from({ length: names.length + 1 }, (_, index) => index === 0);
  for (const pattern of patterns) {
    const next = reached.map(() => false);
    if (pattern === '**') {
      let open = false;
      for (const [index, here] of reached.entries()) {
        open ||= here;
        next[index] = open;
      }
    } else {
      for (const [index, name] of names.entries()) {
        if (reached[index]) next[index + 1] = matchesName(name, pattern);
      }
    }
    reached = next;
  }
  return reached[names.length] === true;
}

function matchesName(name: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let kept = 0;
  while (at < name.length) {
    const wanted = pattern[place];
    if (wanted === '*') {
      star = place;
      kept = at;
      place += 1;
    } else if (wanted === '?' || wanted === name[at]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      kept += 1;
      at = kept;
      place = star + 1;
    } else return false;
  }
  while (pattern[place] === '*') place += 1;
  return place === pattern.length;
}
