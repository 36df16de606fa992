import { readJson, writeAtomic } from '../base/files.ts';
import { ring } from '../base/signal-file.ts';
import type { Home } from '../model/home.ts';
import type { Overlap } from '../model/status.ts';

/** What was seen last of tasks that change the same lines; some of them may be over by now. */
export function knownOverlaps(home: Home): Overlap[] {
  const known = readJson(home.overlaps);
  return Array.isArray(known) ? known : [];
}

/** Keeps what was seen, and lets those who watch know. Nothing is written where nothing is new. */
export function keepOverlaps(home: Home, seen: readonly Overlap[]): void {
  if (JSON.stringify(seen) === JSON.stringify(knownOverlaps(home))) return;
  writeAtomic(home.overlaps, `${JSON.stringify(seen)}\n`);
  ring(home.signal);
}
