import { ring } from '../base/signal-file.ts';
import type { Config } from '../model/config.ts';
import { takeLock } from '../store/conductor-lock.ts';
import { Conductor } from './conductor.ts';
import type { World } from './world.ts';

/** What became of a call to `conduct`. */
export type ConductorEnd = { ran: true } | { ran: false; heldBy: number };

/** Where commands ask the conductor to store their tasks. Open only as long as it holds the lock. */
export interface Door {
  open(): void;
  /** Whether somebody is in it who has not had an answer. */
  isBusy(): boolean;
  /** Nobody gets a task stored from here on. Safe to repeat. */
  close(): void;
}

/**
 * The background process: starts waiting tasks, watches, finishes. Everything it knows it can read again from the
 * store and the run folders, so it may be killed at any moment. Ends when idle or when `stop` is aborted; agents
 * go on without it.
 */
export async function conduct(
  world: World,
  config: Config,
  stop: AbortSignal,
  log: (line: string) => void,
  door?: Door,
): Promise<ConductorEnd> {
  const lock = takeLock(world.store, world.home);
  if ('heldBy' in lock) return { ran: false, heldBy: lock.heldBy.pid };
  const conductor = new Conductor(world, config, log);
  try {
    // A task stored before the release is seen by us; one stored after it finds no lock and starts another.
    const giveUp = () =>
      world.store.exclusively(() => {
        if (conductor.hasNews() || door?.isBusy()) return false;
        door?.close();
        lock.release();
        return true;
      });
    // Made here at the latest: what is not there cannot be watched.
    ring(world.home.signal);
    door?.open();
    await conductor.run(stop, giveUp);
  } finally {
    door?.close();
    lock.release();
  }
  return { ran: true };
}
