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

/** Those of this process; Node makes each when it is first asked for. */
export const ownStreams: Streams = {
  get out() {
    return process.stdout;
  },
  get err() {
    return process.stderr;
  },
};
