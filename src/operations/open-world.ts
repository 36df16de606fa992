import type { World } from '../pipeline/world.ts';
import { openStore } from '../store/store.ts';
import type { Caller } from './operation.ts';

/** Opens the caller's home. Without `write` nothing is changed and a missing home reads as empty. */
export function openWorld(caller: Caller, options: { write: boolean }): World {
  return { home: caller.home, store: openStore(caller.home, options), env: caller.env, entry: caller.entry };
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
    world.store.close();
  }
}
