import { OrchestraError } from './errors.ts';

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `90s`, `15m`, `1h30m`, `7d`; a bare number is seconds. Throws `usage` naming what was given. */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  const whole = /^\d+(\.\d+)?$/.test(trimmed) ? `${trimmed}s` : trimmed;
  const parts = [...whole.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  const sum = parts.reduce((total, part) => total + Number(part[1]) * (UNIT_MS[part[2] ?? 's'] ?? 0), 0);
  const understood = parts.length > 0 && parts.map((part) => part[0]).join('') === whole;
  if (!understood || !Number.isSafeInteger(Math.round(sum))) {
    throw new OrchestraError('usage', `"${text}" is not a duration.`, {
      hint: 'Write it like 90s, 15m, 1h30m or 7d.',
    });
  }
  return Math.round(sum);
}

/** Seconds as people read them: `<0.1s`, `2.4s`, `8s`, `3m 20s`, `2h 05m`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (seconds > 0 && seconds < 0.05) return '<0.1s';
  if (seconds > 0 && seconds < 10 && seconds % 1 !== 0) return `${seconds.toFixed(1)}s`;
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}

/** Now, as the ISO 8601 text in UTC that every document uses. */
export function nowIso(): string {
  return new Date().toISOString();
}

/** A moment (ISO 8601) in local time: `14:05`, with the date when it is another day than `now`. */
export function clockTime(at: string, now = new Date()): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === now.toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}
