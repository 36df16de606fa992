import { parse } from 'yaml';
import { variableOf } from '../../src/config/load-config.ts';
import { Config } from '../../src/model/config.ts';
import { code, page, tableOf } from './markdown.ts';
import { fieldComments, sourceOf } from './source.ts';

/** The keys of `config.yaml`, with what ships and the variable that overrides each. */
export function configurationPage(): string {
  const shipped = parse(sourceOf('config/config.yaml')) as Record<string, unknown>;
  const comments = fieldComments('src/model/config.ts', 'Config');
  const keys = Object.keys(Config.shape) as (keyof Config)[];
  return page([
    '## Configuration',
    "Keys of `config.yaml`. Later wins: the shipped file, `${XDG_CONFIG_HOME:-~/.config}/orchestra/config.yaml`, the repository's `.orchestra/config.yaml`, the variable. A later list replaces an earlier one whole. `orchestra config` shows each value with its origin.",
    tableOf(
      ['key', 'default', 'variable', 'meaning'],
      keys.map((key) => [
        code(key),
        code(String(JSON.stringify(shipped[key]))),
        code(variableOf(key)),
        comments.get(key) ?? '',
      ]),
    ),
    '`prices.yaml` beside it holds prices in US dollars per million tokens, `models: { NAME: { input, output, cacheRead, cacheWrite } }`: your file first, then the shipped one, the tool profile and the public list. A repository has none. Each line of the ledger names the list it was priced by, with a hash of its rows.',
    "In a repository's file, `checks`, `env` and an `access` above the one below it count only after `orchestra trust`. A list in a variable is a JSON list, or one entry a line.",
  ]);
}
