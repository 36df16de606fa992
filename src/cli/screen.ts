import type { Screen } from './render/screen.ts';
import type { Stream } from './streams.ts';

export type { Screen };

type Environment = Record<string, string | undefined>;

/** Columns of what is no terminal. */
const plainWidth = 100;
const leastWidth = 40;

/** What can be shown on a stream. Colour only on a terminal that takes it, and not against NO_COLOR or `--no-color`. */
export function screenOf(
  stream: Pick<Stream, 'isTTY' | 'columns'>,
  env: Environment,
  flags: { color: boolean },
): Screen {
  const terminal = stream.isTTY === true;
  return {
    width: terminal && stream.columns ? Math.max(leastWidth, stream.columns) : plainWidth,
    color: terminal && flags.color && !env.NO_COLOR && env.TERM !== 'dumb',
    unicode: /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || ''),
  };
}
