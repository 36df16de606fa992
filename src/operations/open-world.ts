import type { World } from '../pipeline/world.ts';
import { openRestored } from '../store/restore.ts';
import { openStore } from '../store/store.ts';
import type { Caller } from './operation.ts';

/**
 * Opens the caller's home. Without `write` nothing is changed and a missing home reads as empty; with it a database that
 * cannot be opened is restored, and the caller is told.
 */
export function openWorld(caller: Caller, options: { write: boolean }): World {
  const { home, env, entry, behalf } = caller;
  if (behalf !== undefined) return { home, store: behalf.store, env, entry };
  const tell = (text: string) => caller.notify({ kind: 'warning', text });
  return { home, store: options.write ? openRestored(home, tell) : openStore(home), env, entry };
}

/** Opens the caller's home for the time of `work`. */
export async function withWorld<T>(
  caller: Caller,
  options: { write: boolean },
  work: (world: World) => T | Promise<T>,
): Promise<T> {
  const world = openWorld(caller, options);
  try {
    return await work(world);
  } finally {
    if (caller.behalf === undefined) world.store.close();
  }
}
