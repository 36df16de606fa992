import type { Usage } from '../model/usage.ts';
import { countsAll } from './claude-stream-json-dialect.ts';
import { countOf, dollarsOf, objectOf, textOf } from './field.ts';
import { TokenSums } from './token-sums.ts';

export interface Figures {
  tokens: TokenSums;
  usd: number | null;
  scope: 'run' | 'session';
  /** Whether further results of the same stream come on top of these figures instead of restating them. */
  additive: boolean;
}

/** The counts of one model call, as the provider names them. Undefined when there are none. */
export function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const usage = countsOf(
    fields.input_tokens,
    fields.output_tokens,
    fields.cache_read_input_tokens,
    fields.cache_creation_input_tokens,
  );
  if (usage === undefined || !countsAll(value)) return usage;
  const input = usage.input - usage.cacheRead - usage.cacheWrite;
  return input < 0 ? undefined : { ...usage, input };
}

/**
 * The figures of a `result` event. `model_usage_since_last_result` counts this run alone, sub-agents included, resumed
 * or not. Before it existed, `modelUsage` and `total_cost_usd` counted the whole session in some versions and the run
 * in others; `usage` counts the run without sub-agents. Where both agree it is the run.
 */
export function resultFigures(event: Record<string, unknown>, model: string): Figures | undefined {
  const total = dollarsOf(event.total_cost_usd) ?? null;
  const since = modelTable(event.model_usage_since_last_result);
  if (since !== undefined) {
    const usd =
      since.usd !== null && total !== null && Math.abs(since.usd - total) < 1e-9 ? total : since.usd;
    return { tokens: since.tokens, usd, scope: 'run', additive: true };
  }
  const table = modelTable(event.modelUsage);
  const own = usageOf(event.usage);
  if (table !== undefined && table.models > 0) {
    const scope = own !== undefined && equal(own, table.tokens.total) ? 'run' : 'session';
    return { tokens: table.tokens, usd: total, scope, additive: false };
  }
  if (own === undefined) return undefined;
  const tokens = new TokenSums();
  if (!equal(own, tokens.total)) tokens.add(model, own);
  return { tokens, usd: total, scope: countsAll(event.usage) ? 'session' : 'run', additive: false };
}

function modelTable(value: unknown): { tokens: TokenSums; usd: number | null; models: number } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).slice(0, 100);
  const tokens = new TokenSums();
  let usd: number | null = 0;
  for (const [name, entry] of entries) {
    const fields = objectOf(entry);
    const usage = countsOf(
      fields.inputTokens,
      fields.outputTokens,
      fields.cacheReadInputTokens,
      fields.cacheCreationInputTokens,
    );
    if (usage === undefined) return undefined;
    tokens.add(textOf(name, 200) ?? '', usage);
    const cost = dollarsOf(fields.costUSD);
    usd = usd === null || cost === undefined ? null : usd + cost;
  }
  return { tokens, usd: usd === null ? null : Number(usd.toFixed(10)), models: entries.length };
}

function countsOf(
  input: unknown,
  output: unknown,
  cacheRead: unknown,
  cacheWrite: unknown,
): Usage | undefined {
  const [plain, written] = [countOf(input), countOf(output)];
  if (plain === undefined || written === undefined) return undefined;
  const [read = 0, stored = 0] = [countOf(cacheRead), countOf(cacheWrite)];
  return { input: plain, output: written, cacheRead: read, cacheWrite: stored };
}

function equal(a: Usage, b: Usage): boolean {
  return (
    a.input === b.input &&
    a.output === b.output &&
    a.cacheRead === b.cacheRead &&
    a.cacheWrite === b.cacheWrite
  );
}
