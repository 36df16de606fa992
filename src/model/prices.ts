import { createHash } from 'node:crypto';
import * as z from 'zod';

const dollarsPerMillion = z.number().nonnegative();

/** US dollars per million tokens. A rate for cache tokens that is left out is the input rate. */
export const PriceRow = z.strictObject({
  input: dollarsPerMillion,
  output: dollarsPerMillion,
  cacheRead: dollarsPerMillion.optional(),
  cacheWrite: dollarsPerMillion.optional(),
});

/** Prices by the name of the model. */
export const PriceRows = z.record(z.string(), PriceRow);
export type PriceRows = z.infer<typeof PriceRows>;

/** `prices.yaml`. */
export const Prices = z.strictObject({
  /** By the name of the model, as the tool reports it or without what a gateway puts before it. */
  models: PriceRows.default({}),
});

/** Rows with the name under which the ledger keeps them; it holds a version of them. */
export interface PriceList {
  name: string;
  rows: PriceRows;
}

/** A list whose name ends in a short hash of its rows, so that any other price is another name. */
export function priceListNamed(name: string, rows: PriceRows): PriceList {
  const ordered = Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(ordered)).digest('hex').slice(0, 8);
  return { name: `${name} ${hash}`, rows };
}
