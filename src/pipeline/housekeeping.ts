import { basename } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Config } from '../model/config.ts';
import { backUpDaily } from '../store/backup.ts';
import { pruneRuns } from './prune-runs.ts';
import type { World } from './world.ts';

/**
 * What a home needs now and then: a backup of the database once a day, and room, by removing what old runs have
 * printed. Never throws; `log` gets a line for what was done and
 * for what could not be.
 */
export async function keepHouse(
  world: Pick<World, 'home' | 'store'>,
  config: Pick<Config, 'keepDays' | 'keepGigabytes'>,
  log: (line: string) => void,
): Promise<void> {
  try {
    const made = backUpDaily(world.home);
    if (made !== undefined) log(`the database is backed up as ${basename(made)}`);
  } catch (error) {
    log(`no backup was made: ${messageOf(error)}`);
  }
  try {
    const { runs, bytes } = await pruneRuns(world, config);
    if (runs > 0)
      log(
        `what ${runs} old runs had printed was removed, ${Math.ceil(bytes / 1e6)} MB; their summaries stay`,
      );
  } catch (error) {
    log(`old runs were not pruned: ${messageOf(error)}`);
  }
}

const HOUR_MS = 3_600_000;
/** Not in the way of a conductor's first task. */
const DELAY_MS = 3_000;

/** Keeps house soon, and then every hour. Returns the function that ends it. */
export function keepHouseHourly(...args: Parameters<typeof keepHouse>): () => void {
  const soon = setTimeout(() => void keepHouse(...args), DELAY_MS);
  const hourly = setInterval(() => void keepHouse(...args), HOUR_MS);
  return () => {
    clearTimeout(soon);
    clearInterval(hourly);
  };
}
