import { formatSeconds } from '../../base/time.ts';
import type { Estimate } from '../../model/route.ts';
import type { Cost, Usage } from '../../model/usage.ts';
import { formatUsd } from '../../operations/money.ts';

/** A count as people read it: `950`, `12.3k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${trimZero((count / 1000).toFixed(1))}k`;
  return `${trimZero((count / 1_000_000).toFixed(1))}M`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}

/** `12.3k in, 1.2k out, 20k cache`. */
export function tokensText(tokens: Usage): string {
  const cache = tokens.cacheRead + tokens.cacheWrite;
  const parts = [`${shortCount(tokens.input)} in`, `${shortCount(tokens.output)} out`];
  return [...parts, ...(cache > 0 ? [`${shortCount(cache)} cache`] : [])].join(', ');
}

/** `$0.0123 (reported)`, `unknown`. */
export function priceText(cost: Cost): string {
  if (cost.usd === null) return 'unknown';
  const source = cost.source === 'unknown' ? 'a part is unknown' : cost.source;
  return `${formatUsd(cost)} (${source})`;
}

/** `about $0.02 and 45s, 9 of 10 below $0.08 and 3m 00s (median of 12 runs)`, or that there is none. */
export function estimateText(estimate: Estimate): string {
  const middle = figuresText(estimate.usd, estimate.seconds);
  const most = figuresText(estimate.usdP90 ?? null, estimate.secondsP90 ?? null);
  if (middle === '') return 'no estimate yet';
  return `about ${middle}${most === '' ? '' : `, 9 of 10 below ${most}`} (${estimate.basis})`;
}

function figuresText(usd: number | null, seconds: number | null): string {
  const parts: string[] = [];
  if (usd !== null) parts.push(formatUsd({ usd, source: 'computed' }));
  if (seconds !== null) parts.push(formatSeconds(seconds));
  return parts.join(' and ');
}

/** The end of a model's name, without provider and date. */
export function shortModel(model: string): string {
  return model.replace(/^.*\//, '').replace(/[-@]\d{8}$/, '');
}
