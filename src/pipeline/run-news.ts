import { nowIso } from '../base/time.ts';
import type { EventBody } from '../model/event.ts';
import { applyEvent, type RunView, type TaskView } from '../model/task-view.ts';
import type { NewEvent } from '../store/events.ts';
import type { Store } from '../store/store.ts';

/**
 * What is found out about an ended run and not stored yet: it is stored with what follows from it, so that a quick end
 * is one transaction. Whoever is killed before finds it out again.
 */
export class RunNews {
  readonly #store: Pick<Store, 'appendWhen'>;
  readonly #view: TaskView;
  readonly #run: number;
  #pending: NewEvent[] = [];

  constructor(store: Pick<Store, 'appendWhen'>, view: TaskView, run: number) {
    this.#store = store;
    this.#view = view;
    this.#run = run;
  }

  add(body: EventBody): void {
    this.#pending.push({ run: this.#run, body, at: nowIso() });
  }

  /** The task and its run as they are with the news and `more` events, the view itself left as it is. */
  seen(more: readonly NewEvent[] = []): { view: TaskView; run: RunView } {
    const view = structuredClone(this.#view);
    for (const { run, body, at = nowIso() } of [...this.#pending, ...more]) {
      applyEvent(view, { ...body, seq: 0, at, task: view.id, run });
    }
    return { view, run: view.runs.find((one) => one.run === this.#run) as RunView };
  }

  /** Stores the news and `more` events together, and takes them into the view. */
  store(more: readonly NewEvent[] = []): void {
    const events = [...this.#pending, ...more];
    if (events.length === 0) return;
    const stored = this.#store.appendWhen(this.#view.id, () => events) ?? [];
    this.#pending = [];
    for (const event of stored) applyEvent(this.#view, event);
  }
}
