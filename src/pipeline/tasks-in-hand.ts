import type { OrchestraEvent } from '../model/event.ts';
import { keptEnvironment } from '../model/home.ts';
import type { TaskId } from '../model/request.ts';
import { applyEvent, type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import type { TaskStatus } from '../model/words.ts';
import { dropEnvironment } from '../spawn/kept-environment.ts';
import type { World } from './world.ts';

const BATCH = 2_000;
const RECENT = 50;

/** The views of the tasks that are not over, kept up with the store. */
export class TasksInHand {
  readonly #world: World;
  readonly #views = new Map<TaskId, TaskView>();
  /** The status of tasks that others come after, as long as they are not in hand. */
  readonly #over = new Map<TaskId, TaskStatus | undefined>();
  #seq = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get size(): number {
    return this.#views.size;
  }

  /** Takes up what is not over. `onSettled` gets the last runs that have settled, oldest first. */
  open(onSettled: (view: TaskView, run: RunView) => void): void {
    const { store, home } = this.#world;
    this.#seq = store.lastSeq();
    for (const id of store.unsettled()) this.#load(id);
    const over = [...store.recent(RECENT), ...store.inStatus('review')].flatMap(
      (id) => viewTask(store.events(id)) ?? [],
    );
    // A conductor that was killed may have left them.
    for (const view of over) dropEnvironment(keptEnvironment(home, view.id));
    const runs = [...over, ...this.#views.values()].flatMap((view) =>
      view.runs.flatMap((run) => (run.settlement === undefined ? [] : [{ view, run }])),
    );
    const endOf = (run: RunView) => run.ending?.endedAt ?? '';
    for (const { view, run } of runs.sort((a, b) => (endOf(a.run) < endOf(b.run) ? -1 : 1))) {
      onSettled(view, run);
    }
  }

  /** Whether the store holds events that have not been looked at. */
  hasNews(): boolean {
    return this.#world.store.lastSeq() > this.#seq;
  }

  /** Takes in what has happened; `onEvent` gets each event with the view after it. */
  absorb(onEvent: (view: TaskView, event: OrchestraEvent) => void): void {
    for (;;) {
      const events = this.#world.store.eventsAfter(this.#seq, BATCH);
      for (const event of events) {
        this.#seq = event.seq;
        const known = this.#views.get(event.task);
        if (known === undefined) this.#load(event.task);
        else applyEvent(known, event);
        const view = this.#views.get(event.task);
        if (view !== undefined) onEvent(view, event);
      }
      if (events.length < BATCH) return;
    }
  }

  views(): TaskView[] {
    return [...this.#views.values()];
  }

  get(id: TaskId): TaskView | undefined {
    return this.#views.get(id);
  }

  /** Puts down a task that is over. */
  drop(id: TaskId): void {
    this.#views.delete(id);
  }

  statusOf(task: TaskId): TaskStatus | undefined {
    const known = this.#views.get(task)?.status;
    if (known !== undefined) return known;
    if (!this.#over.has(task)) this.#over.set(task, viewTask(this.#world.store.events(task))?.status);
    return this.#over.get(task);
  }

  #load(id: TaskId): void {
    this.#over.delete(id);
    const view = viewTask(this.#world.store.events(id));
    if (view !== undefined) this.#views.set(id, view);
  }
}
