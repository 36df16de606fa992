import { addUsage } from '../model/cost-sums.ts';
import type { Usage } from '../model/usage.ts';

const noTokens: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Tokens by model, and their sum. */
export class TokenSums {
  readonly #models = new Map<string, Usage>();
  total: Usage = noTokens;

  add(model: string, usage: Usage): void {
    this.#models.set(model, addUsage(this.#models.get(model) ?? noTokens, usage));
    this.total = addUsage(this.total, usage);
  }

  addAll(other: TokenSums): void {
    for (const [model, usage] of other.#models) this.add(model, usage);
  }

  byModel(): Record<string, Usage> {
    return Object.fromEntries(this.#models);
  }
}

interface Message {
  model: string;
  usage: Usage;
}

/** Sums the usage of messages that a stream repeats, each counted once, with its highest figures. */
export class MessageTokens {
  /** So many messages may be open at once (sub-agents side by side) before one counts as told to its end. */
  static readonly #open = 64;
  readonly #closed = new TokenSums();
  readonly #messages = new Map<string, Message>();

  get empty(): boolean {
    return this.#messages.size === 0;
  }

  put(id: string, model: string, usage: Usage): void {
    const before = this.#messages.get(id);
    this.#messages.delete(id);
    this.#messages.set(id, { model, usage: before === undefined ? usage : highest(before.usage, usage) });
    if (this.#messages.size <= MessageTokens.#open) return;
    const [oldest] = this.#messages;
    if (oldest === undefined) return;
    this.#messages.delete(oldest[0]);
    this.#closed.add(oldest[1].model, oldest[1].usage);
  }

  sums(): TokenSums {
    const sums = new TokenSums();
    sums.addAll(this.#closed);
    for (const { model, usage } of this.#messages.values()) sums.add(model, usage);
    return sums;
  }
}

function highest(a: Usage, b: Usage): Usage {
  return {
    input: Math.max(a.input, b.input),
    output: Math.max(a.output, b.output),
    cacheRead: Math.max(a.cacheRead, b.cacheRead),
    cacheWrite: Math.max(a.cacheWrite, b.cacheWrite),
  };
}
