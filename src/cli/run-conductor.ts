import * as fs from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { nowIso } from '../base/time.ts';
import { loadConfig } from '../config/load-config.ts';
import { homeFrom } from '../model/home.ts';
import { conduct } from '../pipeline/conduct.ts';
import { keepConfigFresh } from '../pipeline/fresh-config.ts';
import { openRestored } from '../store/restore.ts';
import { SocketDoor } from './door.ts';

/** The background process. Its standard output is the conductor's log. Returns the exit status. */
export async function runConductor(entry: string): Promise<number> {
  const log = (line: string) => {
    try {
      fs.writeSync(1, `${nowIso()} [${process.pid}] ${line}\n`);
    } catch {
      // A full disk has no room for words about it.
    }
  };
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  process.on('uncaughtException', (error) => {
    log(`ended by an error: ${error.stack ?? error.message}`);
    process.exit(1);
  });
  try {
    const home = homeFrom(process.env);
    const { config } = loadConfig({ env: process.env });
    // What it does it writes into the log by itself.
    const store = openRestored(home, () => {});
    const stopFresh = keepConfigFresh(config, process.env, log);
    const world = { home, store, env: process.env, entry };
    const end = await conduct(world, config, stop.signal, log, new SocketDoor(world, log));
    stopFresh();
    store.close();
    if (end.ran) log('ended');
    return 0;
  } catch (error) {
    log(`could not run: ${messageOf(error)}`);
    return 1;
  }
}
