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

/** `about $0.0200 and 45s (median of 12 runs)`, or that there is none. */
export function estimateText(estimate: Estimate): string {
  const parts: string[] = [];
  if (estimate.usd !== null) parts.push(formatUsd({ usd: estimate.usd, source: 'computed' }));
  if (estimate.seconds !== null) parts.push(formatSeconds(estimate.seconds));
  return parts.length === 0 ? 'no estimate yet' : `about ${parts.join(' and ')} (${estimate.basis})`;
}

/** The end of a model's name, without provider and date. */
export function shortModel(model: string): string {
  return model.replace(/^.*\//, '').replace(/[-@]\d{8}$/, '');
}
