import * as fs from 'node:fs';
import { readJson, writeAtomic } from '../base/files.ts';
import { bootId, isAlive, ownIdentity, type ProcessIdentity } from '../base/process.ts';
import { nowIso } from '../base/time.ts';
import type { Home } from '../model/home.ts';
import { fileFailure } from './failure.ts';
import type { Store } from './store.ts';

/** Who conducts a home: a process told apart from later ones with its pid, also after a restart of the machine. */
export interface LockHolder extends ProcessIdentity {
  bootId: string;
  /** ISO 8601 in UTC. */
  since: string;
}

/** What an attempt to take the lock gives: the way to let go of it, or who has it. */
export type LockResult = { release(): void } | { heldBy: LockHolder };

/**
 * Makes this process the conductor of the home unless a living one is. A holder that was killed, or that ran before
 * the machine was restarted, holds nothing. Throws `unavailable` or `config` when the file cannot be written.
 */
export function takeLock(store: Store, home: Home): LockResult {
  return store.exclusively(() => {
    const heldBy = readLock(home);
    if (heldBy !== undefined) return { heldBy };
    const own: LockHolder = { ...ownIdentity(), bootId: bootId(), since: nowIso() };
    try {
      writeAtomic(home.conductorLock, `${JSON.stringify(own)}\n`);
    } catch (error) {
      throw fileFailure(home.conductorLock, error);
    }
    return { release: () => release(store, home, own) };
  });
}

/** The living process that conducts the home, if any. */
export function readLock(home: Home): LockHolder | undefined {
  const holder = parseHolder(readJson(home.conductorLock));
  return holder !== undefined && holder.bootId === bootId() && isAlive(holder) ? holder : undefined;
}

/** Whether a conductor went without letting go of its lock, by a kill or with the machine. */
export function isAbandoned(home: Home): boolean {
  return fs.existsSync(home.conductorLock) && readLock(home) === undefined;
}

function release(store: Store, home: Home, own: LockHolder): void {
  store.exclusively(() => {
    const holder = parseHolder(readJson(home.conductorLock));
    const ours = holder?.pid === own.pid && holder.startTime === own.startTime && holder.since === own.since;
    if (ours) fs.rmSync(home.conductorLock, { force: true });
  });
}

function parseHolder(value: unknown): LockHolder | undefined {
  const { pid, startTime, bootId: boot, since } = (value ?? {}) as Partial<LockHolder>;
  if (typeof pid !== 'number' || typeof startTime !== 'string') return undefined;
  if (typeof boot !== 'string' || typeof since !== 'string') return undefined;
  return { pid, startTime, bootId: boot, since };
}
