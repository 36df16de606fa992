import type { Usage } from '../model/usage.ts';
import { countOf, objectOf, textOf } from './field.ts';
import { TokenSums } from './token-sums.ts';

/** The tokens of a `result` event's `stats`, by model; undefined when they are missing or contradict each other. */
export function statsTokens(stats: unknown, model: string): TokenSums | undefined {
  const fields = objectOf(stats);
  const models = Object.entries(objectOf(fields.models)).slice(0, 100);
  const entries: [string, unknown][] = models.length > 0 ? models : [[model, fields]];
  const tokens = new TokenSums();
  for (const [name, entry] of entries) {
    const usage = usageOf(entry);
    if (usage === undefined) return undefined;
    const none = usage.input + usage.output + usage.cacheRead === 0;
    if (!none) tokens.add(textOf(name, 200) ?? '', usage);
  }
  return tokens;
}

/** `input_tokens` includes the cache. `output_tokens` leaves out what was thought, so output is the rest of the total. */
function usageOf(value: unknown): Usage | undefined {
  const fields = objectOf(value);
  const [total, prompt] = [countOf(fields.total_tokens), countOf(fields.input_tokens)];
  if (total === undefined || prompt === undefined) return undefined;
  const cacheRead = countOf(fields.cached) ?? 0;
  const [input, output] = [prompt - cacheRead, total - prompt];
  return input < 0 || output < 0 ? undefined : { input, output, cacheRead, cacheWrite: 0 };
}
