import { messageOf } from '../base/errors.ts';

/** A moment is quiet when nothing urgent has begun or ended for so long, in milliseconds. */
const QUIET_MS = 200;
/** For how long at most a quiet moment is waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * What has to be done in the end and what nobody waits for: it is done one by one in quiet moments. What is given again
 * under the same name before its turn is done once. Lost when the process ends.
 */
export class Afterwork {
  readonly #log: (line: string) => void;
  readonly #waiting = new Map<string, { work: () => unknown; since: number }>();
  #quietAt = 0;
  #working = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    return this.#waiting.size === 0 && !this.#working;
  }

  add(name: string, work: () => unknown): void {
    const since = this.#waiting.get(name)?.since ?? performance.now();
    this.#waiting.set(name, { work, since });
    this.#wait();
  }

  /** To be called when something urgent begins or ends. */
  postpone(): void {
    this.#quietAt = performance.now() + QUIET_MS;
  }

  #wait(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#working || this.#timer !== undefined) return;
    const [name, { work, since }] = first;
    const left = () => Math.min(this.#quietAt, since + PATIENCE_MS) - performance.now();
    const proceed = () => {
      this.#timer = undefined;
      if (left() > 0) this.#wait();
      else void this.#do(name, work);
    };
    this.#timer = setTimeout(proceed, Math.max(0, left())).unref();
  }

  async #do(name: string, work: () => unknown): Promise<void> {
    this.#working = true;
    this.#waiting.delete(name);
    try {
      await work();
    } catch (error) {
      this.#log(`${name}: ${messageOf(error)}`);
    }
    this.#working = false;
    this.#wait();
  }
}
