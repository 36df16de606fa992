import { plainText } from '../base/text.ts';

/** The value if it is a plain object, else an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The objects in a list, at most `limit` of them; empty for anything else. */
export function objectsOf(value: unknown, limit = 1000): Record<string, unknown>[] {
  return Array.isArray(value) ? value.slice(0, limit).map(objectOf) : [];
}

/** The text, harmless on a terminal and in UTF-8, cut to `limit` UTF-16 units; undefined for anything but text. */
export function textOf(value: unknown, limit = 262_144): string | undefined {
  if (typeof value !== 'string') return undefined;
  return plainText((value.length > limit ? value.slice(0, limit) : value).toWellFormed());
}

/** A text that says something, or undefined. */
export function nameOf(value: unknown): string | undefined {
  return textOf(value, 500)?.trim() || undefined;
}

/** A number of tokens or the like; undefined for what cannot be one. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** US dollars; undefined for what cannot be a price, such as -1 or 1e308. */
export function dollarsOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < 1e9 ? value : undefined;
}
