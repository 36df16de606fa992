import type { Config } from '../model/config.ts';
import type { TaskView } from '../model/task-view.ts';
import { keepHouseHourly } from './housekeeping.ts';
import { watchOverlaps } from './overlap-watch.ts';
import type { World } from './world.ts';

/** What a conductor does beside its tasks. Returns the function that ends it. */
export function beginChores(
  world: World,
  config: Config,
  inHand: () => TaskView[],
  log: (line: string) => void,
): () => void {
  const ends = [keepHouseHourly(world, config, log), watchOverlaps(world, inHand, log)];
  return () => {
    for (const end of ends) end();
  };
}
