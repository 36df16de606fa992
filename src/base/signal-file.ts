import * as fs from 'node:fs';
import { errnoOf } from './errors.ts';
import { isAbsent } from './files.ts';

/** Tells every watcher of the file that something changed, by its times; makes it at first. */
export function ring(path: string): void {
  const now = new Date();
  try {
    fs.utimesSync(path, now, now);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    fs.writeFileSync(path, '.', { mode: 0o600 });
  }
}

/**
 * Calls `onChange` (coalesced to one call a tick) when the file or folder changes, and every `pollMs` besides,
 * since file system events can be lost. Returns the function that ends the watch.
 */
export function watchPath(path: string, onChange: () => void, pollMs = 1000): () => void {
  let queued = false;
  let over = false;
  const fire = () => {
    if (queued) return;
    queued = true;
    setImmediate(() => {
      queued = false;
      if (!over) onChange();
    });
  };
  const watcher = openWatcher(path, fire);
  const timer = setInterval(fire, pollMs);
  return () => {
    clearInterval(timer);
    watcher?.close();
    over = true;
  };
}

function openWatcher(path: string, onChange: () => void): fs.FSWatcher | undefined {
  try {
    const watcher = fs.watch(path, { persistent: true }, onChange);
    watcher.on('error', onChange);
    return watcher;
  } catch (error) {
    // EMFILE, ENOSPC: the user's programs watch as much as the system allows, so that looking has to do.
    if (isAbsent(error) || ['EMFILE', 'ENOSPC'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
