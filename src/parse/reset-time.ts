import type { Report } from '../model/report.ts';
import { momentOf, nextClock, zoneNamed } from './wall-clock.ts';

const DAY = 86_400_000;
const LONGEST_WAIT = 40 * DAY;
const LONGEST_TEXT = 16_384;

/** What stands before the time at which a limit lifts. A tool that is `retrying` goes on by itself. */
const LEAD =
  /\b(?:resets?[_ ]?(?:at\b|in\b|on\b|after\b)?|try again|retry(?:[-_ ]?(?:after(?:-ms)?|at|in|delay))?|available again|limit reached\s*\||wait(?= (?:for |until |about |\d)))["'\s\\:=,|(]*(?:(?:at|in|on|after|for|until|about)\b["'\s\\:]*)*/gi;

const UNIX = /^(\d{10})(\d{3})?(?:\.\d+)?(?![\d:])/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?/i;
const HTTP = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/;
const DATE = /^([A-Z][a-z]{2})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?:,| at)* /i;
const CLOCK = /^(?:(\d{1,2})(?::(\d\d))?(?::\d\d)?\s?([ap])\.?m\b\.?|(\d{1,2}):(\d\d)(?::\d\d)?)/i;
const ZONE = /^\s?\(?((?:[A-Z][A-Za-z]+(?:\/[A-Za-z0-9_+-]+){1,2})|[A-Z]{3,4}\b)\)?/;
const PART =
  /^(?:\s|,|and\b)*(\d{1,9}(?:\.\d{1,9})?)\s?(w(?:eeks?)?|d(?:ays?)?|h(?:ours?|rs?)?|ms|milliseconds?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/i;
const UNITS: Record<string, number> = { w: 7 * DAY, d: DAY, h: 3_600_000, m: 60_000, s: 1000 };
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * When a limit lifts by a tool's words, ISO 8601 in UTC: Unix seconds or milliseconds, ISO and HTTP dates, clock times in
 * the named zone or else in `local`, or so long after `now`. Null where they name no time, or one that lies more than a day
 * back or 40 days ahead. Never throws.
 */
export function resetTimeIn(text: string, now: Date, local = localZone()): string | null {
  const said = text.slice(-LONGEST_TEXT);
  for (const lead of said.matchAll(LEAD)) {
    const rest = said.slice(lead.index + lead[0].length, lead.index + lead[0].length + 100);
    const time = timeAt(rest, lead[0].toLowerCase(), now.getTime(), local);
    if (time !== undefined) return plausible(time, now);
  }
  return null;
}

/** The report, with the time at which the limit that stopped the run lifts, by the first of `texts` that names one. */
export function withRetryAt(report: Report, texts: readonly string[], now: Date): Report {
  const stopped = report.error?.class === 'rate_limit' || report.error?.class === 'quota';
  if (report.outcome !== 'failed' || !stopped) return report;
  for (const text of texts) {
    const retryAt = resetTimeIn(text, now);
    if (retryAt !== null) return { ...report, retryAt };
  }
  return report;
}

function plausible(time: number, now: Date): string | null {
  const ahead = time - now.getTime();
  return ahead >= -DAY && ahead <= LONGEST_WAIT ? new Date(time).toISOString() : null;
}

function timeAt(text: string, lead: string, now: number, local: string): number | undefined {
  const unix = UNIX.exec(text);
  if (unix !== null) return Number(unix[1]) * 1000 + Number(unix[2] ?? 0);
  const http = HTTP.exec(text);
  if (http !== null) return numberOr(Date.parse(http[0]));
  return isoTime(text, local) ?? clockTime(text, now, local) ?? duration(text, lead, now);
}

function isoTime(text: string, local: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = iso.slice(1, 7).map(orZero);
  const zone = iso[7];
  if (zone === undefined) return momentOf([year, month - 1, day, hour, minute], local) + second * 1000;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const ahead = (sign === '-' ? -1 : 1) * (orZero(hours) * 60 + orZero(minutes));
  return Date.UTC(year, month - 1, day, hour, minute - ahead, second);
}

function clockTime(text: string, now: number, local: string): number | undefined {
  const date = DATE.exec(text);
  const month = date === null ? -1 : MONTHS.indexOf((date[1] ?? '').toLowerCase());
  const after = month < 0 ? text : text.slice(date?.[0].length ?? 0);
  const clock = CLOCK.exec(after);
  if (clock === null) return undefined;
  const half = clock[3]?.toLowerCase();
  const [told, minute] = [orZero(clock[1] ?? clock[4]), orZero(clock[2] ?? clock[5])];
  if (minute > 59 || told > (half === undefined ? 23 : 12) || (half !== undefined && told === 0))
    return undefined;
  const hour = half === undefined ? told : (told % 12) + (half === 'p' ? 12 : 0);
  const named = ZONE.exec(after.slice(clock[0].length))?.[1];
  const zone = named === undefined ? local : zoneNamed(named);
  if (zone === undefined) return undefined;
  if (month < 0 || date === null) return nextClock(hour, minute, zone, now);
  const year = date[3] === undefined ? new Date(now).getUTCFullYear() : Number(date[3]);
  const time = momentOf([year, month, Number(date[2]), hour, minute], zone);
  const next = date[3] === undefined && time < now - DAY;
  return next ? momentOf([year + 1, month, Number(date[2]), hour, minute], zone) : time;
}

function duration(text: string, lead: string, now: number): number | undefined {
  let rest = text;
  let sum = 0;
  for (let part = PART.exec(rest); part !== null; part = PART.exec(rest)) {
    const unit = (part[2] ?? '').toLowerCase();
    sum += Number(part[1]) * (/^(ms|milli)/.test(unit) ? 1 : (UNITS[unit.charAt(0)] ?? 0));
    rest = rest.slice(part[0].length);
  }
  if (rest !== text) return now + sum;
  const bare = /^\d{1,9}(\.\d+)?(?![\d:/-])/.exec(text)?.[0];
  if (bare === undefined || !lead.startsWith('retry')) return undefined;
  if (/^retry[-_ ]?after-ms/.test(lead)) return now + Number(bare);
  return /^retry[-_ ]?(after|delay)/.test(lead) ? now + Number(bare) * 1000 : undefined;
}

function orZero(text: string | undefined): number {
  return Number(text ?? 0);
}

function numberOr(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}

function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
