import { isPassing, messageOf, OrchestraError } from '../base/errors.ts';
import { watchPath } from '../base/signal-file.ts';
import { nowIso } from '../base/time.ts';
import type { Config } from '../model/config.ts';
import type { Ending } from '../model/ending.ts';
import type { TaskId } from '../model/request.ts';
import { applyEvent, lastRun, type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import type { TaskStatus } from '../model/words.ts';
import type { Parser } from '../parse/parser.ts';
import { takeLock } from '../store/conductor-lock.ts';
import { finishRun } from './finish-run.ts';
import { LiveRun } from './live-run.ts';
import { byTurn, dependencyState, freePlaces, isToolBusy, isWaiting } from './queue.ts';
import { closeRun } from './settle-run.ts';
import { startRun } from './start-run.ts';
import type { World } from './world.ts';

/** What became of a call to `conduct`. */
export type ConductorEnd = { ran: true } | { ran: false; heldBy: number };

const BATCH = 2_000;
const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
const ATTEMPTS = 5;

/**
 * The background process: starts waiting tasks, watches, finishes. Everything it knows it can read again from the
 * store and the run folders, so it may be killed at any moment. Ends when idle or when `stop` is aborted; agents
 * go on without it.
 */
export async function conduct(
  world: World,
  config: Config,
  stop: AbortSignal,
  log: (line: string) => void,
): Promise<ConductorEnd> {
  const lock = takeLock(world.store, world.home);
  if ('heldBy' in lock) return { ran: false, heldBy: lock.heldBy.pid };
  const conductor = new Conductor(world, config, log);
  try {
    // A task stored before the release is seen by us; one stored after it finds no lock and starts another.
    const giveUp = () =>
      world.store.exclusively(() => {
        if (conductor.hasNews()) return false;
        lock.release();
        return true;
      });
    await conductor.run(stop, giveUp);
  } finally {
    lock.release();
  }
  return { ran: true };
}

class Conductor {
  readonly #world: World;
  readonly #config: Config;
  readonly #log: (line: string) => void;
  readonly #views = new Map<TaskId, TaskView>();
  readonly #live = new Map<TaskId, LiveRun>();
  /** Tasks with a start or a finish under way. */
  readonly #busy = new Set<TaskId>();
  readonly #failures = new Map<TaskId, { count: number; notBefore: number }>();
  #tick = () => {};
  #seq = 0;
  #idleSince = performance.now();

  constructor(world: World, config: Config, log: (line: string) => void) {
    this.#world = world;
    this.#config = config;
    this.#log = log;
  }

  /** Runs until idle or stopped. `giveUp` releases the lock unless a task has come meanwhile. */
  async run(stop: AbortSignal, giveUp: () => boolean): Promise<void> {
    this.#seq = this.#world.store.lastSeq();
    for (const id of this.#world.store.unsettled()) this.#load(id);
    this.#log(`started, ${this.#views.size} tasks in hand`);
    await new Promise<void>((resolve) => {
      const finish = () => {
        unwatch();
        for (const live of this.#live.values()) live.leave();
        resolve();
      };
      const tick = () => {
        try {
          this.#turn();
          if (stop.aborted || (this.#isIdle() && giveUp())) finish();
        } catch (error) {
          // A full disk or a locked store: the next tick tries again.
          this.#log(`turn failed: ${messageOf(error)}`);
          if (stop.aborted) finish();
        }
      };
      this.#tick = tick;
      const unwatch = watchPath(this.#world.home.signal, tick);
      stop.addEventListener('abort', tick, { once: true });
      setImmediate(tick);
    });
  }

  /** Whether the store holds events that have not been looked at. */
  hasNews(): boolean {
    return this.#world.store.lastSeq() > this.#seq;
  }

  #isIdle(): boolean {
    if (this.#busy.size > 0 || this.#views.size > 0) this.#idleSince = performance.now();
    return performance.now() - this.#idleSince >= this.#config.idle * 1000;
  }

  #load(id: TaskId): void {
    const view = viewTask(this.#world.store.events(id));
    if (view !== undefined) this.#views.set(id, view);
  }

  #absorb(): void {
    for (;;) {
      const events = this.#world.store.eventsAfter(this.#seq, BATCH);
      for (const event of events) {
        this.#seq = event.seq;
        const view = this.#views.get(event.task);
        if (view === undefined) this.#load(event.task);
        else applyEvent(view, event);
      }
      if (events.length < BATCH) return;
    }
  }

  #turn(): void {
    this.#absorb();
    for (const view of this.#views.values()) {
      if (!this.#busy.has(view.id)) this.#tend(view);
    }
    this.#startWaiting();
  }

  #tend(view: TaskView): void {
    const run = lastRun(view);
    if (run?.plan === undefined || run.settlement !== undefined) {
      this.#views.delete(view.id);
      return;
    }
    if (run.launch === undefined) return;
    if (run.ending !== undefined) {
      this.#finish(view, run, run.ending);
      return;
    }
    const live = this.#live.get(view.id) ?? this.#watch(view, run);
    if (run.stopped !== undefined) void live.stop();
  }

  #watch(view: TaskView, run: RunView): LiveRun {
    const plan = run.plan as NonNullable<RunView['plan']>;
    const live = new LiveRun(this.#world, view, run, plan, (ending, parser) =>
      this.#ended(view.id, ending, parser),
    );
    this.#live.set(view.id, live);
    live.start();
    return live;
  }

  #ended(id: TaskId, ending: Ending, parser: Parser): void {
    this.#live.delete(id);
    this.#absorb();
    const view = this.#views.get(id);
    const run = view && lastRun(view);
    if (view !== undefined && run !== undefined) this.#finish(view, run, ending, parser);
  }

  #finish(view: TaskView, run: RunView, ending: Ending, parser?: Parser): void {
    this.#guarded(view, () => finishRun(this.#world, view, run, ending, parser));
  }

  /** Runs a stage of one task; a failure is tried again, then settles the task, and never touches another. */
  #guarded(view: TaskView, stage: () => Promise<unknown>): void {
    const failure = this.#failures.get(view.id);
    if (failure !== undefined && performance.now() < failure.notBefore) return;
    this.#busy.add(view.id);
    stage()
      .then(() => this.#failures.delete(view.id))
      .catch((error) => this.#failed(view, error, (failure?.count ?? 0) + 1))
      .catch((error) => this.#log(`${view.id}: ${messageOf(error)}`))
      .finally(() => {
        this.#busy.delete(view.id);
        setImmediate(this.#tick);
      });
  }

  #failed(view: TaskView, error: unknown, count: number): void {
    this.#log(
      `${view.id}: attempt ${count}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    const wait = Math.min(RETRY_MS * count, LONGEST_RETRY_MS);
    this.#failures.set(view.id, { count, notBefore: performance.now() + wait });
    const run = lastRun(view);
    const mayPass = isPassing(error) && (count < ATTEMPTS || run?.launch !== undefined);
    if (run === undefined || mayPass || (count < ATTEMPTS && !(error instanceof OrchestraError))) return;
    this.#failures.delete(view.id);
    const message = messageOf(error);
    closeRun(this.#world, view, run, {
      status: 'failed',
      reason: `internal: ${message}`,
      errors: [{ class: 'internal', message }],
    });
  }

  #startWaiting(): void {
    const waiting = [...this.#views.values()]
      .filter((view) => isWaiting(view) && !this.#busy.has(view.id))
      .sort(byTurn);
    if (waiting.length === 0) return;
    const active = [...this.#views.values()].filter(
      (view) => !waiting.includes(view) && view.status !== 'blocked',
    );
    const unsettled = [...this.#views.values()];
    let places = freePlaces(this.#config.parallel, active, unsettled);
    for (const view of waiting) {
      const run = lastRun(view) as RunView;
      const dependency = dependencyState(view, (task) => this.#statusOf(task));
      if (run.stopped !== undefined) this.#cancel(view, run, run.stopped.by);
      else if (typeof dependency === 'object')
        this.#cancel(view, run, `because ${dependency.failed} did not succeed`);
      else if (dependency === 'ready' && places > 0 && !isToolBusy(view, active, unsettled)) {
        places -= 1;
        active.push(view);
        this.#start(view, run);
      }
    }
  }

  #cancel(view: TaskView, run: RunView, by: string): void {
    closeRun(this.#world, view, run, { status: 'cancelled', reason: `cancelled ${by}`, errors: [] });
  }

  #statusOf(task: TaskId): TaskStatus | undefined {
    return this.#views.get(task)?.status ?? viewTask(this.#world.store.events(task))?.status;
  }

  #start(view: TaskView, run: RunView): void {
    this.#guarded(view, async () => {
      const launch = await startRun(this.#world, run.plan as NonNullable<RunView['plan']>);
      this.#world.store.append(view.id, run.run, { type: 'spawned', launch });
      this.#log(`${view.id} run ${run.run} started in ${launch.pane} at ${nowIso()}`);
    });
  }
}
