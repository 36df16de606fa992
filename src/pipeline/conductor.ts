import { messageOf } from '../base/errors.ts';
import { watchPath } from '../base/signal-file.ts';
import { nowIso } from '../base/time.ts';
import type { Config } from '../model/config.ts';
import type { Ending } from '../model/ending.ts';
import type { EventType } from '../model/event.ts';
import type { TaskId } from '../model/request.ts';
import { lastRun, type RunView, type TaskView } from '../model/task-view.ts';
import type { Parser } from '../parse/parser.ts';
import type { Outcome } from '../settle/outcome.ts';
import { isDamage } from '../store/damage.ts';
import { haltedSince } from '../store/halt.ts';
import { Afterwork } from './afterwork.ts';
import { completeFolder } from './artifacts.ts';
import { askToStop } from './ask-to-stop.ts';
import { beginChores } from './chores.ts';
import { Failures, internalOutcome, mayTryAgain } from './failures.ts';
import { finishRun } from './finish-run.ts';
import { learnOutcome } from './learned.ts';
import { LiveRun } from './live-run.ts';
import { isWaiting } from './queue.ts';
import { type Decision, Scheduler } from './scheduler.ts';
import { closeRun } from './settle-run.ts';
import { Spending } from './spending.ts';
import { agentHasBegun, startRun } from './start-run.ts';
import { TasksInHand } from './tasks-in-hand.ts';
import type { World } from './world.ts';

const NOTED: ReadonlySet<EventType> = new Set(['settled', 'progressed']);

/** The tasks of a home in the hands of the one process that conducts it, see conduct.ts. */
export class Conductor {
  readonly #world: World;
  readonly #config: Config;
  readonly #log: (line: string) => void;
  readonly #tasks: TasksInHand;
  readonly #live = new Map<TaskId, LiveRun>();
  /** Tasks with a start or a finish under way. */
  readonly #busy = new Set<TaskId>();
  readonly #failures = new Failures();
  readonly #afterwork: Afterwork;
  readonly #spending: Spending;
  readonly #scheduler: Scheduler;
  #tick = () => {};
  #halted = false;
  #idleSince = performance.now();

  constructor(world: World, config: Config, log: (line: string) => void) {
    this.#world = world;
    this.#config = config;
    this.#log = log;
    this.#tasks = new TasksInHand(world);
    this.#afterwork = new Afterwork(log);
    this.#spending = new Spending(world.home, config);
    this.#scheduler = new Scheduler(config, this.#spending);
  }

  /** Runs until idle or stopped. `giveUp` releases the lock unless a task has come meanwhile. */
  async run(stop: AbortSignal, giveUp: () => boolean): Promise<void> {
    this.#tasks.open((view, run) => this.#scheduler.note(view, run));
    this.#takeOver(this.#tasks.views().filter(isWaiting));
    this.#log(`started, ${this.#tasks.size} tasks in hand`);
    const endChores = beginChores(this.#world, this.#config, () => this.#tasks.views(), this.#log);
    await new Promise<void>((resolve) => {
      const finish = () => {
        endChores();
        unwatch();
        for (const live of this.#live.values()) live.leave();
        resolve();
      };
      const tick = () => {
        try {
          this.#turn();
          if (stop.aborted || (this.#isIdle() && giveUp())) finish();
        } catch (error) {
          this.#log(`turn failed: ${messageOf(error)}`);
          if (stop.aborted || isDamage(error)) finish();
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
    return this.#tasks.hasNews();
  }

  #isIdle(): boolean {
    if (this.#busy.size > 0 || this.#tasks.size > 0 || !this.#afterwork.isDone)
      this.#idleSince = performance.now();
    return performance.now() - this.#idleSince >= this.#config.idle * 1000;
  }

  #absorb(): void {
    this.#tasks.absorb((view, event) => {
      const run = NOTED.has(event.type) ? view.runs.find((one) => one.run === event.run) : undefined;
      if (run !== undefined) this.#scheduler.note(view, run);
    });
  }

  #turn(): void {
    this.#halted = haltedSince(this.#world.home) !== undefined;
    this.#absorb();
    for (const view of this.#tasks.views()) {
      if (!this.#busy.has(view.id)) this.#tend(view);
    }
    this.#startWaiting();
  }

  #tend(view: TaskView): void {
    const run = lastRun(view);
    if (run?.plan === undefined || run.settlement !== undefined) {
      this.#tasks.drop(view.id);
      return;
    }
    if (run.launch === undefined) return;
    if (run.ending !== undefined) {
      this.#finish(view, run, run.ending);
      return;
    }
    const live = this.#live.get(view.id) ?? this.#watch(view, run);
    if (run.stopped !== undefined) void live.stop();
    else if (this.#halted) askToStop(this.#world, view, 'halted');
  }

  #watch(view: TaskView, run: RunView): LiveRun {
    const plan = run.plan as NonNullable<RunView['plan']>;
    const live = new LiveRun(this.#world, view, run, plan, {
      shared: () => this.#spending.shared(plan.tool, this.#tasks.views()),
      onEnded: (ending, parser) => this.#ended(view.id, ending, parser),
      onTrouble: (error) => this.#log(`${view.id}: ${messageOf(error)}`),
    });
    this.#live.set(view.id, live);
    live.start();
    return live;
  }

  #ended(id: TaskId, ending: Ending, parser: Parser): void {
    this.#live.delete(id);
    const view = this.#tasks.get(id);
    if (view !== undefined) this.#finish(view, lastRun(view) as RunView, ending, parser);
  }

  #finish(view: TaskView, run: RunView, ending: Ending, parser?: Parser): void {
    this.#guarded(view, async () => {
      // It may have been stopped in this instant.
      this.#absorb();
      await finishRun(this.#world, view, run, ending, parser);
      this.#afterwork.add(view.id, () => completeFolder(this.#world, view.id));
      this.#count();
    });
  }

  #count(): void {
    this.#afterwork.add('learned', () => learnOutcome(this.#world));
  }

  /** Runs a stage of one task; a failure is tried again, then settles the task, and never touches another. */
  #guarded(view: TaskView, stage: () => Promise<unknown>): void {
    if (!this.#failures.isDue(view.id)) return;
    this.#busy.add(view.id);
    this.#afterwork.postpone();
    stage()
      .then(() => this.#failures.clear(view.id))
      .catch((error) => this.#failed(view, error))
      .catch((error) => this.#log(`${view.id}: ${messageOf(error)}`))
      .finally(() => {
        this.#busy.delete(view.id);
        this.#afterwork.postpone();
        setImmediate(this.#tick);
      });
  }

  #failed(view: TaskView, error: unknown): void {
    const count = this.#failures.note(view.id);
    this.#log(
      `${view.id}: attempt ${count}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    const run = lastRun(view);
    if (run === undefined || mayTryAgain(error, count, run, agentHasBegun(this.#world, view))) return;
    this.#failures.clear(view.id);
    this.#close(view, run, internalOutcome(error));
  }

  /** Starts the watch of those whose agent runs already, since nobody could note that it was started; gives them. */
  #takeOver(waiting: readonly TaskView[]): TaskView[] {
    const begun = waiting.filter((view) => agentHasBegun(this.#world, view));
    for (const view of begun) this.#start(view, lastRun(view) as RunView);
    return begun;
  }

  #startWaiting(): void {
    const unsettled = this.#tasks.views();
    const free = unsettled.filter((view) => isWaiting(view) && !this.#busy.has(view.id));
    const begun = this.#takeOver(free.filter((view) => this.#failures.has(view.id)));
    const waiting = free.filter((view) => !begun.includes(view));
    if (waiting.length === 0) return;
    const still = new Set(waiting);
    const active = unsettled.filter((view) => !still.has(view) && view.status !== 'blocked');
    const statusOf = (task: string) => this.#tasks.statusOf(task);
    const situation = { waiting, active, unsettled, halted: this.#halted, statusOf, now: new Date() };
    for (const decision of this.#scheduler.decide(situation)) {
      const { view, run } = decision;
      if (decision.what === 'start') this.#start(view, run);
      else if (decision.what === 'cancel') this.#cancel(view, run, decision.why);
      else this.#park(view, decision);
    }
  }

  #cancel(view: TaskView, run: RunView, why: string): void {
    this.#close(view, run, { status: 'cancelled', reason: `cancelled ${why}`, errors: [] });
  }

  #close(view: TaskView, run: RunView, outcome: Outcome): void {
    closeRun(this.#world, view, run, outcome);
    this.#count();
  }

  #park(view: TaskView, { until, reason, for: why }: Decision & { what: 'park' }): void {
    this.#world.store.append(view.id, 0, { type: 'parked', until, reason, for: why });
  }

  #start(view: TaskView, run: RunView): void {
    this.#guarded(view, async () => {
      const launch = await startRun(this.#world, run.plan as NonNullable<RunView['plan']>);
      this.#world.store.appendWhen(view.id, (_, events) =>
        events.some((event) => event.type === 'spawned' && event.run === run.run)
          ? undefined
          : [{ run: run.run, body: { type: 'spawned', launch } }],
      );
      this.#log(`${view.id} run ${run.run} started in ${launch.pane} at ${nowIso()}`);
    });
  }
}
