import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrchestraError } from './errors.ts';

let found: string | undefined;

/** The folder of this package, which holds `package.json`, `config/` and `tools/`; the same for sources and a bundle. */
export function packageRoot(): string {
  found ??= packageRootAbove(dirname(fileURLToPath(import.meta.url)));
  return found;
}

/** The nearest folder at or above `start` with a `package.json` and a `config/config.yaml`. Throws `internal`. */
export function packageRootAbove(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (fs.existsSync(join(dir, 'package.json')) && fs.existsSync(join(dir, 'config', 'config.yaml')))
      return dir;
    if (dir === dirname(dir)) break;
  }
  throw new OrchestraError(
    'internal',
    `No package.json with a config folder beside it is found above ${start}.`,
    {
      hint: 'The installation is incomplete: install it again.',
    },
  );
}
