import { messageOf } from '../base/errors.ts';
import type { TouchedLines } from '../git/touched-lines.ts';
import type { TaskId } from '../model/request.ts';
import { type TaskView, viewTask } from '../model/task-view.ts';
import { keepOverlaps } from '../store/overlaps.ts';
import { type OpenWork, openStatuses, openWork, overlapsAmong, touched } from './collisions.ts';
import type { World } from './world.ts';

/** Between two looks, in milliseconds; a look is followed by a pause a hundred times as long. */
const PACE_MS = 2_000;
const SHARE = 100;

/**
 * Looks now and then, while agents work and when they have ended, which open tasks of a repository change the same lines, and keeps it for
 * `status`. A task alone in its repository costs nothing. Returns the function that ends it.
 */
export function watchOverlaps(
  world: World,
  inHand: () => TaskView[],
  log: (line: string) => void,
): () => void {
  const watch = new OverlapWatch(world, inHand);
  let notBefore = 0;
  let looking = false;
  const look = async () => {
    if (looking || performance.now() < notBefore) return;
    looking = true;
    const began = performance.now();
    try {
      await watch.look();
    } catch (error) {
      log(`overlaps were not looked for: ${messageOf(error)}`);
    }
    notBefore = performance.now() + (performance.now() - began) * SHARE;
    looking = false;
  };
  const timer = setInterval(() => void look(), PACE_MS);
  return () => clearInterval(timer);
}

class OverlapWatch {
  readonly #world: World;
  readonly #inHand: () => TaskView[];
  /** What waits to land changes only through another run. */
  readonly #resting = new Map<TaskId, { work: OpenWork; changed?: Promise<TouchedLines> }>();
  #seen = '';

  constructor(world: World, inHand: () => TaskView[]) {
    this.#world = world;
    this.#inHand = inHand;
  }

  async look(): Promise<void> {
    const atWork = this.#inHand().filter(({ status }) => openStatuses.includes(status));
    for (const { id } of atWork) this.#resting.delete(id);
    const open = this.#world.store.inStatus(...openStatuses);
    if (atWork.length === 0 && this.#seen === open.join()) return;
    this.#seen = open.join();
    const own = atWork.flatMap((view) => openWork(view) ?? []);
    const all = [...own, ...this.#waiting(open.filter((id) => !atWork.some((view) => view.id === id)))];
    const repos = all.map(({ repo }) => repo);
    const among = all
      .filter(({ repo }) => repos.indexOf(repo) !== repos.lastIndexOf(repo))
      .sort((a, b) => open.indexOf(a.task) - open.indexOf(b.task));
    keepOverlaps(this.#world.home, await overlapsAmong(among, (work) => this.#touchedBy(work)));
  }

  #waiting(ids: readonly TaskId[]): OpenWork[] {
    for (const known of this.#resting.keys()) if (!ids.includes(known)) this.#resting.delete(known);
    return ids.flatMap((id) => {
      const known = this.#resting.get(id)?.work;
      if (known !== undefined) return [known];
      const view = viewTask(this.#world.store.events(id));
      const work = view && openWork(view);
      if (work !== undefined) this.#resting.set(id, { work });
      return work ?? [];
    });
  }

  #touchedBy(work: OpenWork): Promise<TouchedLines> {
    const resting = this.#resting.get(work.task);
    if (resting === undefined) return touched({ ...work, commit: null });
    resting.changed ??= touched(work);
    return resting.changed;
  }
}
