/** A version: its numbers (missing ones are 0) and what follows a dash, such as `beta.1`. */
export interface Version {
  numbers: readonly [number, number, number];
  prerelease: string;
}

interface Bound {
  operator: '>=' | '>' | '<=' | '<';
  version: Version;
}

/** Sets of bounds; a version fits when it keeps all bounds of one set. */
export type VersionRange = readonly (readonly Bound[])[];

const versionText = /(\d+)\.(\d+)(?:\.(\d+))?(?:-([0-9a-z][0-9a-z.-]*))?/i;
const termText =
  /^(>=|<=|>|<|=|\^|~)?v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?(?:-([0-9a-z][0-9a-z.-]*))?$/i;

/** The first version in a text, such as what `--version` prints; undefined when there is none. */
export function findVersion(text: string): { text: string; version: Version } | undefined {
  const match = versionText.exec(text);
  if (match === null) return undefined;
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] as const;
  return { text: match[0], version: { numbers, prerelease: match[4] ?? '' } };
}

/** Reads `>=2.1 <3`, `^0.169.0`, `~1.2`, `2.x`, `*`, `1.2.3`, joined by `||`; undefined for anything else. */
export function parseRange(text: string): VersionRange | undefined {
  const sets = text.split('||').map((part) => {
    const words = part
      .trim()
      .replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
      .split(/\s+/);
    const terms = words.map((word) => boundsOf(word));
    return terms.includes(undefined) ? undefined : (terms.flat() as Bound[]);
  });
  return sets.includes(undefined) ? undefined : (sets as Bound[][]);
}

function boundsOf(term: string): Bound[] | undefined {
  const match = termText.exec(term);
  if (match === null) return undefined;
  const given = [match[2], match[3], match[4]].map((part) =>
    part === undefined || /[x*]/i.test(part) ? undefined : Number(part),
  );
  const known = given.indexOf(undefined) === -1 ? 3 : given.indexOf(undefined);
  const low: Version = { numbers: [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0], prerelease: match[5] ?? '' };
  const operator = match[1] ?? '=';
  if (known === 0) return operator === '<' || operator === '>' ? undefined : [];
  switch (operator) {
    case '>=':
      return [{ operator: '>=', version: low }];
    case '<':
      return [{ operator: '<', version: low }];
    case '>':
      return [known === 3 ? { operator: '>', version: low } : { operator: '>=', version: after(low, known) }];
    case '<=':
      return [known === 3 ? { operator: '<=', version: low } : { operator: '<', version: after(low, known) }];
    case '^':
      return [
        { operator: '>=', version: low },
        {
          operator: '<',
          version: after(low, Math.min(known, low.numbers.findIndex((number) => number > 0) + 1 || known)),
        },
      ];
    case '~':
      return [
        { operator: '>=', version: low },
        { operator: '<', version: after(low, Math.min(known, 2)) },
      ];
    default:
      if (known === 3)
        return [
          { operator: '>=', version: low },
          { operator: '<=', version: low },
        ];
      return [
        { operator: '>=', version: low },
        { operator: '<', version: after(low, known) },
      ];
  }
}

// The next version once the first `count` numbers are used up: after(1.2.3, 2) is 1.3.0.
function after(version: Version, count: number): Version {
  const [major, minor, patch] = version.numbers;
  if (count <= 1) return { numbers: [major + 1, 0, 0], prerelease: '' };
  return { numbers: count === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1], prerelease: '' };
}

/** Whether the version is in the range. A prerelease counts as just below its release, and as no part of the next. */
export function inRange(version: Version, range: VersionRange): boolean {
  return range.some((bounds) => bounds.every((bound) => keeps(version, bound)));
}

function keeps(version: Version, bound: Bound): boolean {
  const order = compareVersions(version, bound.version);
  if (bound.operator === '>=') return order >= 0;
  if (bound.operator === '>') return order > 0;
  if (bound.operator === '<=') return order <= 0;
  const sameRelease = compareVersions({ ...version, prerelease: '' }, bound.version) === 0;
  return order < 0 && !(sameRelease && bound.version.prerelease === '');
}

/** Negative, zero or positive, as `a` is older than, the same as or newer than `b`. */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '' || b.prerelease === '') return a.prerelease === '' ? 1 : -1;
  return comparePrereleases(a.prerelease.split('.'), b.prerelease.split('.'));
}

function comparePrereleases(a: string[], b: string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    const [leftNumber, rightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (leftNumber && rightNumber) return Number(left) - Number(right) || 0;
    if (leftNumber !== rightNumber) return leftNumber ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
