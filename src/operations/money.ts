import type { Cost } from '../model/usage.ts';

/** A price as people read it: `$0.0123`, `~$0.01` when estimated, `unknown`. */
export function formatUsd(cost: Pick<Cost, 'usd' | 'source'>): string {
  if (cost.usd === null) return 'unknown';
  const digits = cost.usd !== 0 && cost.usd < 1 ? 4 : 2;
  return `${cost.source === 'estimated' ? '~' : ''}$${cost.usd.toFixed(digits)}${cost.source === 'unknown' ? '+' : ''}`;
}
