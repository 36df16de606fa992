import * as fs from 'node:fs';
import { readJson, writeAtomic } from '../base/files.ts';
import { nowIso } from '../base/time.ts';
import type { Home } from '../model/home.ts';
import { fileFailure } from './failure.ts';

/** Since when nothing starts in a home (ISO 8601), or undefined. A file that can't be read counts as a stop. */
export function haltedSince(home: Home): string | undefined {
  if (!fs.existsSync(home.halt)) return undefined;
  const { since } = (readJson(home.halt) ?? {}) as { since?: unknown };
  return typeof since === 'string' ? since : 'some time';
}

/** Lets nothing start until `release`. Throws `unavailable` or `config` when the file can't be written. */
export function halt(home: Home): void {
  try {
    writeAtomic(home.halt, `${JSON.stringify({ since: nowIso() })}\n`);
  } catch (error) {
    throw fileFailure(home.halt, error);
  }
}

/** Lets tasks start again; false when nothing was stopped. */
export function release(home: Home): boolean {
  const was = fs.existsSync(home.halt);
  fs.rmSync(home.halt, { force: true });
  return was;
}
