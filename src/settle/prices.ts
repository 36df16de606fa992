import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PriceList, PriceRows } from '../model/prices.ts';
import type { Usage } from '../model/usage.ts';

/** A price for tokens. `exact` is false when the price depends on sizes of single requests, which sums do not show. */
export interface Priced {
  usd: number;
  exact: boolean;
  /** Name and version of the price list, as the ledger keeps it. */
  prices: string;
}

type Library = typeof import('@pydantic/genai-prices');
type Found = NonNullable<ReturnType<Library['calcPrice']>>;
type LibraryUsage = Parameters<Library['calcPrice']>[0];

const PACKAGE = '@pydantic/genai-prices';

/**
 * What tokens of a model cost: by the first of `own` that knows it; then by the public list as of `at` (default:
 * now). Undefined when neither knows the model. The list (0.8 MB) is loaded at the first need. Cache writes count at
 * the list's plain cache-write rate, that of five-minute caches: token sums do not tell one-hour writes (dearer)
 * apart. A rate that a table lacks for cache tokens is its input rate.
 */
export async function priceOf(
  model: string,
  usage: Usage,
  own: readonly PriceList[],
  at?: Date,
): Promise<Priced | undefined> {
  const candidates = namesOf(model);
  for (const { name: prices, rows } of own) {
    const row = candidates
      .map(([name]) => (Object.hasOwn(rows, name) ? rows[name] : undefined))
      .find(Boolean);
    if (row !== undefined) return { usd: ownPrice(usage, row), exact: true, prices };
  }
  const library = await import('@pydantic/genai-prices');
  for (const [name, providerId] of candidates) {
    const found = listPrice(library, usage, name, { providerId, timestamp: at });
    if (found !== undefined) return { ...found, prices: `genai-prices ${version()}`.trim() };
  }
  return undefined;
}

/** The name as given, then without what gateways put around it; with the provider where the name tells it. */
function namesOf(model: string): [name: string, providerId?: string][] {
  const name = model.trim().replace(/\[\w+\]$/, '');
  const dated = name.replace(/@(\d{8})$/, '-$1');
  const names: [string, string?][] = [[model.trim()], [name], [dated]];
  const parts = dated.split(/[/:]/);
  for (let at = 1; at < parts.length; at += 1) {
    const rest = dated.slice(parts.slice(0, at).join('/').length + 1);
    names.push([rest, parts[at - 1]], [rest]);
  }
  if (/^([a-z]+\.)?(anthropic|amazon|meta|mistral|openai)\./.test(dated)) names.push([dated, 'aws']);
  return names.filter(([candidate]) => candidate !== '');
}

function ownPrice(usage: Usage, row: PriceRows[string]): number {
  const { input, output, cacheRead = input, cacheWrite = input } = row;
  const sum =
    usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite;
  return sum / 1e6;
}

function listPrice(
  library: Library,
  usage: Usage,
  model: string,
  options: { providerId: string | undefined; timestamp: Date | undefined },
): { usd: number; exact: boolean } | undefined {
  try {
    const all = usage.input + usage.cacheRead + usage.cacheWrite;
    const found = library.calcPrice(parts(usage, 1), model, options);
    if (found === null || !sellsTokens(found)) return undefined;
    const start = firstTier(found);
    if (all <= start) return { usd: found.total_price, exact: true };
    // Tiers go by the size of one request: as many requests as fit below the first tier.
    const requests = Math.ceil(all / start);
    const one = library.calcPrice(parts(usage, requests), model, options);
    return one === null ? undefined : { usd: one.total_price * requests, exact: false };
  } catch {
    return undefined;
  }
}

/** The list counts cached tokens into `input_tokens` too. */
function parts(usage: Usage, requests: number): LibraryUsage {
  return {
    input_tokens: (usage.input + usage.cacheRead + usage.cacheWrite) / requests,
    output_tokens: usage.output / requests,
    cache_read_tokens: usage.cacheRead / requests,
    cache_write_tokens: usage.cacheWrite / requests,
  };
}

function sellsTokens({ model_price: price }: Found): boolean {
  return price.input_mtok !== undefined && price.output_mtok !== undefined;
}

/** So many input tokens in one request may have another price; Infinity when all cost the same. */
function firstTier({ model_price: price }: Found): number {
  const starts = Object.values(price).flatMap((one) =>
    typeof one === 'object' ? one.tiers.map((tier) => tier.start) : [],
  );
  return Math.max(1, Math.min(...starts));
}

let known: string | undefined;

/** The price list's version; '' when its package cannot be found beside the program. */
function version(): string {
  known ??= readVersion();
  return known;
}

function readVersion(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(PACKAGE);
    const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
    const found = (manifest as { version?: unknown }).version;
    return typeof found === 'string' ? found : '';
  } catch {
    return '';
  }
}
