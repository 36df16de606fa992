import type { Home } from '../model/home.ts';
import type { Store } from '../store/store.ts';

/** What the stages stand on. One per process. */
export interface World {
  home: Home;
  store: Store;
  env: Record<string, string | undefined>;
  /** The program's main file, for starting the conductor. */
  entry: string;
}
