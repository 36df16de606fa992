import { readTail } from '../base/files.ts';
import { cpuSecondsWithEnv, isAlive, signalProcess, sweepByEnv } from '../base/process.ts';
import { type Redact, redactDeep } from '../base/redact.ts';
import { guardRun, type SharedBudget, type Warning } from '../guard/limits.ts';
import { StallClock } from '../guard/stall.ts';
import type { Ending, StopReason } from '../model/ending.ts';
import type { EventBody } from '../model/event.ts';
import { runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { Progress, Report } from '../model/report.ts';
import type { RunView, TaskView } from '../model/task-view.ts';
import type { Cost } from '../model/usage.ts';
import { formatOf } from '../parse/formats.ts';
import type { Parser } from '../parse/parser.ts';
import { runCost } from '../settle/cost.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { RunWatch } from '../watch/run-watch.ts';
import { wrapperOf } from '../watch/wrapper-state.ts';
import { pricerFor } from './pricer.ts';
import { earlierInSession } from './settle-run.ts';
import type { World } from './world.ts';

/** What a live run asks of its owner and tells it. */
interface LiveCalls {
  shared: () => SharedBudget[];
  onEnded: (ending: Ending, parser: Parser) => void;
  /** Something could not be stored: it is tried again at the next look. */
  onTrouble: (error: unknown) => void;
}

const PROGRESS_PACE_MS = 1_000;

/** A running agent under our eyes: follows its output, counts its cost, stops it at its limits. */
export class LiveRun {
  readonly #world: World;
  readonly #view: TaskView;
  readonly #run: RunView;
  readonly #plan: Plan;
  readonly #parser: Parser;
  readonly #watch: RunWatch;
  readonly #redact: Redact;
  readonly #price: ReturnType<typeof pricerFor>;
  readonly #startedAt: number;
  #reported = '';
  #reportedAt = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  readonly #warned = new Set<Warning>();
  readonly #shared: LiveCalls['shared'];
  readonly #stall: StallClock;
  readonly #tag: string;
  #stopping = false;
  #costBusy = false;

  constructor(world: World, view: TaskView, run: RunView, plan: Plan, calls: LiveCalls) {
    this.#shared = calls.shared;
    this.#stall = new StallClock((plan.limits.stallSeconds ?? Number.POSITIVE_INFINITY) * 1000);
    this.#tag = `ORCHESTRA_RUN=${runTag(world.store.homeId, view.id, run.run)}`;
    this.#world = world;
    this.#view = view;
    this.#run = run;
    this.#plan = plan;
    this.#parser = formatOf(plan.format).create();
    this.#redact = redactionIn(runFiles(world.home, view.id, run.run).dir);
    this.#price = pricerFor(world, plan, (message) => this.#record({ type: 'warned', message }));
    // A clock that was set back must not make a run older or younger than it is.
    const sofar = Math.max(0, Date.now() - Date.parse(run.launch?.at ?? new Date().toISOString()));
    this.#startedAt = performance.now() - sofar;
    this.#watch = new RunWatch(
      runFiles(world.home, view.id, run.run),
      {
        onOutput: (bytes) => {
          this.#bytes += bytes.length;
          this.#parser.push(bytes);
        },
        onQuiet: () => void this.#look().catch(calls.onTrouble),
        onEnding: (ending) => calls.onEnded(ending, this.#parser),
      },
      run.launch?.server,
    );
  }

  start(): void {
    this.#watch.start();
  }

  /** Leaves the agent running and stops looking. */
  leave(): void {
    this.#watch.stop();
  }

  /** Ends the agent from outside: TERM to its wrapper, which forwards it to the group, then all that carries its tag. */
  async stop(): Promise<void> {
    const wrapper = wrapperOf(runFiles(this.#world.home, this.#view.id, this.#run.run));
    // One that has not begun yet is asked at the next look.
    if (this.#stopping || wrapper === undefined) return;
    this.#stopping = true;
    if (isAlive(wrapper)) signalProcess(wrapper.pid, 'SIGTERM');
    const patience = (this.#plan.limits.graceSeconds + 5) * 1000;
    setTimeout(() => {
      if (this.#run.ending === undefined) void sweepByEnv(this.#tag, 0);
    }, patience).unref();
  }

  #record(body: EventBody): void {
    this.#world.store.append(this.#view.id, this.#run.run, body);
  }

  async #look(): Promise<void> {
    if (this.#costBusy || this.#run.ending !== undefined) return;
    this.#costBusy = true;
    try {
      const report = this.#parser.report();
      const cost = await this.#partialCost(report);
      this.#tell(redactDeep(report.progress, this.#redact), cost);
      this.#guard(cost, report.outcome === 'completed');
    } finally {
      this.#costBusy = false;
    }
  }

  async #partialCost(report: Report): Promise<Cost> {
    const { usd, source, tokens } = await runCost({
      report,
      previous: earlierInSession(this.#view, this.#run.run, report.session),
      model: report.model ?? this.#plan.model,
      price: this.#price,
    });
    return { usd, source, tokens };
  }

  #tell(progress: Progress | null, cost: Cost): void {
    const text = JSON.stringify([progress, cost]);
    const known = progress !== null || cost.tokens !== null || cost.usd !== null;
    if (!known || text === this.#reported || performance.now() - this.#reportedAt < PROGRESS_PACE_MS) return;
    this.#reportedAt = performance.now();
    this.#record({ type: 'progressed', progress, cost });
    this.#reported = text;
  }

  #guard(cost: Cost, finished: boolean): void {
    if (this.#stopping || this.#run.stopped !== undefined) return;
    const spentBefore = this.#view.runs.reduce((sum, run) => sum + (run.settlement?.cost.usd ?? 0), 0);
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1000;
    const decision = guardRun(this.#plan.limits, {
      elapsedSeconds,
      cost,
      spentBefore,
      shared: this.#shared(),
      warned: this.#warned,
      finished,
    });
    if (decision.action === 'warn') {
      this.#record({ type: 'warned', message: decision.message });
      this.#warned.add(decision.about);
    }
    if (decision.action === 'stop') this.#end(decision.why, decision.message);
    else if (this.#hasStalled(finished)) this.#end('stalled', this.#stallText());
  }

  #end(why: StopReason, by: string): void {
    this.#record({ type: 'stopped', why, by });
    void this.stop();
  }

  #hasStalled(finished: boolean): boolean {
    return this.#stall.hasStalled({
      now: performance.now(),
      sign: `${finished} ${this.#parser.work ?? this.#bytes}`,
      cpuSeconds: () => cpuSecondsWithEnv(this.#tag),
    });
  }

  #stallText(): string {
    const { error } = this.#parser.report();
    const { stderr } = runFiles(this.#world.home, this.#view.id, this.#run.run);
    const trouble = error?.message ?? this.#parser.trouble?.(readTail(stderr, 65_536)) ?? '';
    const words = trouble === '' ? '' : `; the last trouble it told of: ${this.#redact(trouble)}`;
    return `silent for ${this.#plan.limits.stallSeconds} s, without computing${words}`;
  }
}
