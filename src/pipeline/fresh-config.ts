import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { stampOf } from '../base/files.ts';
import { userFolder } from '../config/layers.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../model/config.ts';

const LOOK_MS = 2_000;

/**
 * Puts what the user changes in the configuration files into `config` while the conductor runs. A file with a fault
 * changes nothing and is told to `log`, once. Returns the function that ends it.
 */
export function keepConfigFresh(
  config: Config,
  env: Record<string, string | undefined>,
  log: (line: string) => void,
): () => void {
  const file = join(userFolder(env) ?? '', 'config.yaml');
  let stamp: string | undefined;
  const look = () => {
    const now = stampOf(file);
    if (now === stamp) return;
    stamp = now;
    try {
      const changed = differing(config, loadConfig({ env }).config);
      Object.assign(config, changed);
      const names = Object.keys(changed);
      if (names.length > 0) log(`configuration: ${names.join(', ')} changed`);
    } catch (error) {
      log(`the configuration stays as it was: ${messageOf(error)}`);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

function differing(before: Config, now: Config): Partial<Config> {
  const keys = Object.keys(now) as (keyof Config)[];
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]))
      .map((key) => [key, now[key]]),
  );
}
