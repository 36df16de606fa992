import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson, replaceFile, writeAtomic } from '../base/files.ts';
import type { Home } from '../model/home.ts';
import { type Learning, learnEvent, learnLine, nothingLearned } from '../route/outcomes.ts';
import { ledgerFrom, ledgerSize } from '../store/ledger-from.ts';
import type { Store } from '../store/store.ts';
import type { World } from './world.ts';

/** Bytes of the ledger and events that one look catches up with, so that none takes long; the next goes on. */
const mostBytes = 4 * 1024 * 1024;
const mostEvents = 2000;

const countsFile = (home: Home) => join(home.root, 'learned.json');
const sinceFile = (home: Home) => join(home.root, 'learned-since.json');

/**
 * What is known from the runs of a home, the last ones included that nobody has put into the counts yet; with a store
 * also what was decided on them since.
 */
export function readLearned(home: Home, store?: Store): Learning {
  const learning = storedLearning(home);
  readLedger(home, learning, mostBytes);
  for (const event of store?.eventsAfter(learning.seq, mostEvents) ?? []) {
    learnEvent(learning, event);
    learning.seq = event.seq;
  }
  return learning;
}

/** Brings the counts up to date with ledger and events, and keeps them. */
export function keepLearned(home: Home, store: Store): Learning {
  const { bytes, seq } = storedLearning(home);
  const learning = readLearned(home, store);
  if (learning.bytes !== bytes || learning.seq !== seq)
    replaceFile(countsFile(home), `${JSON.stringify(learning)}\n`);
  return learning;
}

/** Counts what has just been decided. Where that fails, the next time makes up for it. */
export function learnOutcome({ home, store }: Pick<World, 'home' | 'store'>): void {
  try {
    keepLearned(home, store);
  } catch {}
}

/** Keeps on until everything that has happened is counted. */
export function learnEverything(home: Home, store: Store): Learning {
  for (let learning = keepLearned(home, store); ; learning = keepLearned(home, store)) {
    if (
      learning.seq >= store.lastSeq() &&
      ledgerFrom(home.ledger, learning.bytes, mostBytes).end === learning.bytes
    )
      return learning;
  }
}

/** Deletes what was learned: from now on counts begin at nothing. What happened stays in ledger and events. */
export function forgetLearned(home: Home, store: Store): void {
  const since = { bytes: ledgerSize(home.ledger), seq: store.lastSeq() };
  writeAtomic(sinceFile(home), `${JSON.stringify(since)}\n`);
  fs.rmSync(countsFile(home), { force: true });
}

// The counts can be made again from ledger and events, so whatever is wrong with the file means to do that.
function storedLearning(home: Home): Learning {
  const stored = readJson(countsFile(home)) as Learning | undefined;
  if (stored?.schema === 'orchestra.learned/1' && stored.bytes <= ledgerSize(home.ledger)) return stored;
  const since = readJson(sinceFile(home)) as { bytes: number; seq: number } | undefined;
  return nothingLearned(since?.bytes, since?.seq);
}

function readLedger(home: Home, learning: Learning, limit: number): void {
  const { lines, end } = ledgerFrom(home.ledger, learning.bytes, limit);
  for (const line of lines) learnLine(learning, line);
  learning.bytes = end;
}
