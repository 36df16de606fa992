import { messageOf } from '../base/errors.ts';
import { loadPrices } from '../config/load-prices.ts';
import type { Plan } from '../model/plan.ts';
import { type PriceList, priceListNamed } from '../model/prices.ts';
import type { Usage } from '../model/usage.ts';
import { profileIn } from '../profiles/load-profiles.ts';
import { type Priced, priceOf } from '../settle/prices.ts';
import type { World } from './world.ts';

/**
 * What tokens cost in a run: by the user's prices, the shipped ones, the tool profile's, the public list. Where one of
 * these cannot be read the price is unknown, and `warn` says why: a wrong line in a file must not end a run.
 */
export function pricerFor(
  world: World,
  plan: Plan,
  warn: (message: string) => void,
): (model: string, usage: Usage) => Promise<Priced | undefined> {
  let lists: PriceList[] | undefined;
  // Read at the first question: most runs tell their price, or no figures at all.
  const read = (): PriceList[] | undefined => {
    try {
      return [...loadPrices(world.env), priceListNamed('tool profile', profileIn(plan.toolDir).prices)];
    } catch (error) {
      warn(`Prices are unknown: ${messageOf(error)}`);
      return undefined;
    }
  };
  let asked = false;
  return async (model, usage) => {
    if (!asked) lists = read();
    asked = true;
    return lists && priceOf(model, usage, lists);
  };
}
