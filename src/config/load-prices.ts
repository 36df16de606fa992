import { checkYaml } from '../base/yaml-file.ts';
import { type PriceList, Prices, priceListNamed } from '../model/prices.ts';
import { type Environment, readLayers } from './layers.ts';

/**
 * The rows of every `prices.yaml`, the strongest list first: the user's, then the shipped one. A repository has none,
 * since a price of 0 would let its tasks pass any budget. Throws `config` with file, line and column.
 */
export function loadPrices(env: Environment): PriceList[] {
  return readLayers('prices.yaml', env, undefined)
    .map(({ name, file }) => priceListNamed(`${name} prices.yaml`, checkYaml(file, Prices).models))
    .reverse();
}
