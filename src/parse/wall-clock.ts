/** Year, month from 0, day, hour, minute, as a clock on a wall shows them. */
type Wall = readonly [year: number, month: number, day: number, hour: number, minute: number];

const DAY = 86_400_000;
/** A clock time so little back has just come: it is not tomorrow's. */
const JUST_NOW = 600_000;

/** The zone if it is one that is known here, such as `Europe/Berlin`; undefined for abbreviations of several zones. */
export function zoneNamed(name: string): string | undefined {
  if (!name.includes('/') && !/^(UTC|GMT)$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/**
 * The moment at which clocks in the zone show this, in ms since 1970: the later of two where clocks are set back; where
 * they jump over it, as if they had not yet.
 */
export function momentOf([year, month, day, hour, minute]: Wall, zone: string): number {
  const shown = Date.UTC(year, month, day, hour, minute);
  const [before, after] = [offsetAt(shown - DAY, zone), offsetAt(shown + DAY, zone)];
  if (offsetAt(shown - after, zone) === after) return shown - after;
  return shown - before;
}

/** The next moment at which clocks in the zone show this time. */
export function nextClock(hour: number, minute: number, zone: string, now: number): number {
  const today = new Date(now + offsetAt(now, zone));
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const moments = [-1, 0, 1].map((days) => momentOf([year, month, day + days, hour, minute], zone));
  const next = moments.find((moment) => moment > now - JUST_NOW);
  return next ?? momentOf([year, month, day + 2, hour, minute], zone);
}

/** How far the zone's clocks are ahead of UTC at a moment, in ms. */
function offsetAt(moment: number, zone: string): number {
  if (!Number.isFinite(moment) || Math.abs(moment) > 8e15) return 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
