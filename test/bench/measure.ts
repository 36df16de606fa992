/** Times of one thing in milliseconds, or what else `unit` says. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** One line of the table. `floor` is null where nothing bare does the same. */
export interface Row {
  group: string;
  what: string;
  ours: Spread;
  floor: Spread | null;
  floorName: string;
  /** Median and quartiles of the ratios of the pairs. */
  ratio: Spread | null;
  /** A ratio, or a figure in the row's unit when `aimIs` says so; null for a figure that is information. */
  aim: number | null;
  aimIs: 'ratio' | 'figure';
  repeats: number;
  unit: 'ms' | '%' | 'MiB' | 'bytes' | 'lines';
}

/** What a row is measured with. Both give milliseconds; they take turns, so that a slow moment hits both. */
export interface Pair {
  group: string;
  what: string;
  floorName: string;
  repeats: number;
  ours(): number | Promise<number>;
  floor(): number | Promise<number>;
  aim?: number;
  aimIs?: 'ratio' | 'figure';
  /** Rounds that are run first and not counted. */
  warmUp?: number;
}

/** The middle half of some numbers. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Runs both sides in turn, each first in every other round. */
export async function measurePair(pair: Pair): Promise<Row> {
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = -(pair.warmUp ?? 1); round < pair.repeats; round += 1) {
    setClock();
    const oursFirst = round % 2 === 0;
    const before = oursFirst ? undefined : await pair.floor();
    const own = await pair.ours();
    const bare = before ?? (await pair.floor());
    if (round < 0) continue;
    ours.push(own);
    floor.push(bare);
  }
  return {
    group: pair.group,
    what: pair.what,
    floorName: pair.floorName,
    ours: spreadOf(ours),
    floor: spreadOf(floor),
    ratio: spreadOf(ours.map((value, index) => value / (floor[index] as number))),
    aim: pair.aim ?? null,
    aimIs: pair.aimIs ?? 'ratio',
    repeats: pair.repeats,
    unit: 'ms',
  };
}

/** A row with nothing bare beside it. */
export function plainRow(
  group: string,
  what: string,
  values: readonly number[],
  unit: Row['unit'],
  aim: number | null = null,
): Row {
  return {
    group,
    what,
    ours: spreadOf(values),
    floor: null,
    floorName: '',
    ratio: null,
    aim,
    aimIs: 'figure',
    repeats: values.length,
    unit,
  };
}

/** Whether a row keeps to its aim; null when it has none. */
export function isMet(row: Row): boolean | null {
  if (row.aim === null) return null;
  const value = row.aimIs === 'figure' ? row.ours.median : (row.ratio?.median ?? Number.NaN);
  return value <= row.aim;
}

let offset = 0;

/**
 * Sets our clock by the wall clock, so that a bash's EPOCHREALTIME can be compared with ours. The highest of many looks
 * is the one made as the millisecond turned; a moment in which another process ran makes a look only lower.
 */
function setClock(): void {
  const start = performance.now();
  offset = 0;
  while (performance.now() < start + 5) offset = Math.max(offset, Date.now() - performance.now());
}

/** Milliseconds since 1970 with fractions. */
export function wallMs(): number {
  return offset + performance.now();
}

/** Milliseconds that something took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Waits until `look` gives something. */
export async function until<T>(look: () => T | undefined, what: string, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}
