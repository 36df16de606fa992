import { addUsage } from '../model/cost-sums.ts';
import type { Usage } from '../model/usage.ts';

/** A price as printed; `slack` is how far the rounding may have moved it. */
interface Dollars {
  usd: number;
  slack: number;
}

/** The figures of one message. Prices are null where the tool has none for the model. */
export interface MessageFigures {
  usage: Usage;
  message: Dollars | null;
  session: Dollars | null;
}

const COUNT = String.raw`(\d+(?:\.\d+)?k?)`;
const REPORT = new RegExp(
  `^Tokens: ${COUNT} sent(?:, ${COUNT} cache write)?(?:, ${COUNT} cache hit)?, ${COUNT} received\\.` +
    String.raw`(?: Cost: \$(\d+\.\d+) message, \$(\d+\.\d+) session\.)?$`,
);
const WORDS =
  /^Tokens:( (\d+(\.\d+)?k?|sent,?|cache|write,|hit,|received\.|Cost:|\$\d+\.\d+|message,|session\.)){1,16}$/;

/** The report with `line` added; undefined when the two are no beginning of one. It may be wrapped anywhere. */
export function joinedReport(before: string, line: string): string | undefined {
  if (line.length > 200) return undefined;
  const text = `${before} ${line}`.trim().replace(/\s+/g, ' ');
  return WORDS.test(text) ? text : undefined;
}

/** Whether nothing can follow any more. */
export function isWhole(report: string): boolean {
  return report.endsWith(' session.');
}

/** What a report `Tokens: … Cost: …` says; undefined when it is none. */
export function figuresOf(report: string): MessageFigures | undefined {
  const match = REPORT.exec(report);
  if (match === null) return undefined;
  const [sent, written, hit, output] = match.slice(1, 5).map((text) => tokens(text ?? '0'));
  if (sent === undefined || written === undefined || hit === undefined || output === undefined)
    return undefined;
  const input = uncached(sent, written, hit);
  return {
    usage: { input, output, cacheRead: hit, cacheWrite: written },
    message: dollars(match[5]),
    session: dollars(match[6]),
  };
}

/** The figures of a run's messages together. Printed prices are rounded, and so are counts of 1000 and more. */
export class MessageSums {
  usage: Usage | null = null;
  #messages: Dollars | null = { usd: 0, slack: 0 };
  #session: Dollars | null = null;

  add(figures: MessageFigures): void {
    this.usage = this.usage === null ? figures.usage : addUsage(this.usage, figures.usage);
    const [sum, own] = [this.#messages, figures.message];
    this.#messages =
      sum === null || own === null ? null : { usd: sum.usd + own.usd, slack: sum.slack + own.slack };
    this.#session = figures.session;
  }

  /** The sum of the messages or the last total, whichever is rounded less; null when any price is missing. */
  get usd(): number | null {
    if (this.usage === null || this.#messages === null || this.#session === null) return null;
    const best = this.#messages.slack < this.#session.slack ? this.#messages : this.#session;
    return Number(best.usd.toFixed(10));
  }
}

function tokens(text: string): number {
  const count = Number.parseFloat(text);
  return Math.round(text.endsWith('k') ? count * 1000 : count);
}

function dollars(text: string | undefined): Dollars | null {
  if (text === undefined) return null;
  const usd = Number(text);
  return usd < 1e9 ? { usd, slack: 10 ** -(text.length - text.indexOf('.') - 1) / 2 } : null;
}

/**
 * Input that was neither read from nor written to a cache. `sent` holds reads once and writes twice; in older versions
 * only writes, once. Which one it is shows by the size, as far as rounding to thousands lets it.
 */
function uncached(sent: number, written: number, hit: number): number {
  const rest = sent - hit - 2 * written;
  const rounding = 2000;
  return Math.max(0, rest >= -rounding ? rest : sent - written);
}
