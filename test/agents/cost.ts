import { calcPrice } from '@pydantic/genai-prices';
import type { Cost, Usage } from '../../src/model/usage.ts';
import type { Agent, CostWords } from './agent.ts';
import type { Scene } from './scene.ts';

/** What tokens cost in US dollars by the provider's public list, or by the agent's own table; null when neither has them. */
export function priceOf({ model, price }: Agent, tokens: Usage): number | null {
  if (price === undefined) return null;
  const { input, output, cacheRead, cacheWrite } = tokens;
  if ('perMillion' in price) {
    const each = price.perMillion;
    const sum = input * each.input + output * each.output + cacheRead * each.cacheRead;
    return (sum + cacheWrite * each.cacheWrite) / 1e6;
  }
  const usage = {
    input_tokens: input + cacheRead + cacheWrite,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
  };
  const found = calcPrice(usage, model, { providerId: price.provider });
  if (found === null) throw new Error(`the price list has no ${model}`);
  return found.total_price;
}

/** How the tokens of a cost stand to what was served. `more` is what no run may ever say. */
export function costWords(scene: Scene, { tokens, source }: Cost): CostWords | `more ${string}` {
  if (tokens === null) return source === 'unknown' ? 'unknown' : `more ${source}, without tokens`;
  const served = scene.served();
  if (same(tokens, served)) return `exact ${source}`;
  // How much had come of an answer that was cut, an agent may guess.
  const charged = scene.charged();
  const { output } = tokens;
  if (output >= charged.output && same({ ...tokens, output: charged.output }, charged))
    return `begun ${source}`;
  return keys.every((key) => tokens[key] <= served[key]) ? `less ${source}` : `more ${source}`;
}

const keys = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;

function same(a: Usage, b: Usage): boolean {
  return keys.every((key) => a[key] === b[key]);
}
