import { addUsage, subtractUsage, unknownCost } from '../model/cost-sums.ts';
import type { Report } from '../model/report.ts';
import type { Cost, Usage } from '../model/usage.ts';
import type { Priced } from './prices.ts';

/** The figures of a report that a price is made from. */
export type Figures = Pick<
  Report,
  'usage' | 'usageScope' | 'usageComplete' | 'usageByModel' | 'usd' | 'model'
>;

/** A run's price, and the list that was used for it, if one was. */
export type PricedCost = Cost & { prices: string | null };

/** What tokens of a model cost, or undefined when that is not known. */
type Price = (model: string, usage: Usage) => Promise<Priced | undefined>;

type Amounts = Pick<Figures, 'usage' | 'usageByModel' | 'usd'>;

const nothing: Amounts = {
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  usageByModel: {},
  usd: 0,
};

/**
 * What one run cost. `previous` are the reports of earlier runs in the same session, oldest first: figures that count
 * the session are taken less what those runs had. `model` is used where the report names none.
 * A price of 0 for tokens that were used is no price: some tools print it for models they do not know.
 */
export async function runCost(given: {
  report: Figures;
  previous: readonly Figures[];
  model: string | null;
  price: Price;
}): Promise<PricedCost> {
  const own = ownAmounts(sane(given.report), given.previous.map(sane));
  const tokens = own.usage;
  const complete = given.report.usageComplete;
  const unpriced = own.usd === 0 && tokens !== null && sizeOf(tokens) > 0;
  if (own.usd !== null && !unpriced) {
    return { usd: rounded(own.usd), source: complete ? 'reported' : 'estimated', tokens, prices: null };
  }
  if (tokens === null) return { ...unknownCost, prices: null };
  const computed = await computedPrice(own, given.report.model ?? given.model, given.price);
  if (computed === undefined) return { usd: null, source: 'unknown', tokens, prices: null };
  const source = complete && computed.exact ? 'computed' : 'estimated';
  return { usd: rounded(computed.usd), source, tokens, prices: computed.prices };
}

/** The part of the figures that belongs to this run. */
function ownAmounts(report: Figures, previous: readonly Figures[]): Amounts {
  if (report.usageScope === 'run') return report;
  let before = nothing;
  for (const earlier of previous) {
    if (earlier.usageScope === 'run') {
      before = sum(before, earlier);
    } else if (earlier.usage !== null || earlier.usd !== null) {
      // A session figure that shrank was none: this version of the tool counts runs.
      if (difference(earlier, before) === undefined) return report;
      before = earlier;
    }
  }
  return difference(report, before) ?? report;
}

function sum(a: Amounts, b: Amounts): Amounts {
  const usageByModel = { ...a.usageByModel };
  for (const [model, usage] of Object.entries(b.usageByModel)) {
    const other = usageByModel[model];
    usageByModel[model] = other === undefined ? usage : addUsage(other, usage);
  }
  return {
    usage: a.usage && b.usage ? addUsage(a.usage, b.usage) : (a.usage ?? b.usage),
    usageByModel,
    // A run that was cut has no price of its own, so what the session cost before this run is not known.
    usd: a.usd !== null && (b.usd !== null || b.usage === null) ? a.usd + (b.usd ?? 0) : null,
  };
}

/** `total` less `before`, or undefined when any counter is smaller than before. */
function difference(total: Amounts, before: Amounts): Amounts | undefined {
  const usage = total.usage && before.usage ? subtractUsage(total.usage, before.usage) : total.usage;
  const usd = total.usd !== null && before.usd !== null ? total.usd - before.usd : null;
  if (usage === undefined || (usd !== null && usd < -1e-9)) return undefined;
  const usageByModel: Record<string, Usage> = {};
  for (const [model, after] of Object.entries(total.usageByModel)) {
    const earlier = before.usageByModel[model];
    const own = earlier === undefined ? after : subtractUsage(after, earlier);
    if (own === undefined) return undefined;
    if (sizeOf(own) > 0) usageByModel[model] = own;
  }
  return { usage, usageByModel, usd: usd === null ? null : Math.max(0, usd) };
}

async function computedPrice(own: Amounts, model: string | null, price: Price) {
  const tokens = own.usage;
  if (tokens === null) return undefined;
  const models = Object.entries(own.usageByModel);
  const told =
    models.reduce((all, [, usage]) => all + sizeOf(usage), 0) === sizeOf(tokens) && models.length > 0;
  const parts: [string, Usage][] = told ? models : model === null ? [] : [[model, tokens]];
  let usd = 0;
  let exact = true;
  const lists = new Set<string>();
  for (const [name, usage] of parts) {
    const priced = await price(name || (model ?? ''), usage);
    if (priced === undefined || !saneDollars(priced.usd)) return undefined;
    usd += priced.usd;
    exact &&= priced.exact;
    lists.add(priced.prices);
  }
  return parts.length === 0 ? undefined : { usd, exact, prices: [...lists].join(' + ') };
}

/** Figures that cannot be are unknown: negative, broken, or beyond any real session. */
function sane(figures: Figures): Figures {
  const usage = figures.usage !== null && saneUsage(figures.usage) ? figures.usage : null;
  const byModel = Object.entries(figures.usageByModel);
  return {
    ...figures,
    usage,
    usageByModel: usage !== null && byModel.every(([, one]) => saneUsage(one)) ? figures.usageByModel : {},
    usd: figures.usd !== null && saneDollars(figures.usd) ? figures.usd : null,
  };
}

function saneUsage(usage: Usage): boolean {
  const counts = [usage.input, usage.output, usage.cacheRead, usage.cacheWrite];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0 && count < 1e12);
}

function saneDollars(usd: number): boolean {
  return usd >= 0 && usd < 1e6;
}

function sizeOf(usage: Usage): number {
  return usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
}

function rounded(usd: number): number {
  return Number(usd.toFixed(10));
}
