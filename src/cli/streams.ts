import { isTerminal, print } from './print.ts';

/** One end of a command's output, and what is known of what shows it. */
export interface Stream {
  write(content: string | Uint8Array): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Where a command's output goes: data to `out`, all else to `err`. */
export interface Streams {
  out: Stream;
  err: Stream;
}

/** Standard output without a queue: what Node would keep for a slow reader of a huge log grows with the log. */
const out: Stream = {
  write: (content) => print(content),
  get isTTY() {
    return isTerminal() && process.stdout.isTTY;
  },
  get columns() {
    return isTerminal() ? process.stdout.columns : undefined;
  },
};

/** Those of this process; Node makes its own when they are first asked for. */
export const ownStreams: Streams = {
  out,
  get err() {
    return process.stderr;
  },
};
