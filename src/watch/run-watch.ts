import * as fs from 'node:fs';
import { isAlive, type ProcessIdentity } from '../base/process.ts';
import { watchPath } from '../base/signal-file.ts';
import { nowIso } from '../base/time.ts';
import type { Ending } from '../model/ending.ts';
import type { RunFiles } from '../model/home.ts';
import { OutputFollower } from './output-follower.ts';
import { endingOf } from './wrapper-state.ts';

/** What a watch tells. Each is called from the event loop, never inside another. */
export interface RunListener {
  /** New bytes of the tool's output, valid during the call only. */
  onOutput(bytes: Uint8Array): void;
  /** All output that is there for now has been handed on. */
  onQuiet(): void;
  /** The run is over; all its output has been handed on. Called once, last. */
  onEnding(ending: Ending): void;
}

// An overloaded machine takes long to start a shell; that the server has gone is seen at once.
const START_LIMIT_MS = 60_000;
const OUTPUT_PACE_MS = 150;
const POLL_MS = 2_000;

/** Follows a run through its folder: file system events, with a look every other second in case one is lost. */
export class RunWatch {
  readonly #files: RunFiles;
  readonly #listener: RunListener;
  readonly #follower: OutputFollower;
  readonly #server: ProcessIdentity | undefined;
  readonly #since = performance.now();
  #close: (() => void) | undefined;
  #pace: NodeJS.Timeout | undefined;
  #lastRead = Number.NEGATIVE_INFINITY;
  #ended = false;

  /** `server` is the process that is to start the wrapper: when it has gone, what has not begun never will. */
  constructor(files: RunFiles, listener: RunListener, server?: ProcessIdentity) {
    this.#files = files;
    this.#listener = listener;
    this.#server = server;
    this.#follower = new OutputFollower(files.output);
  }

  start(): void {
    this.#close = watchPath(this.#files.dir, () => this.#look(), POLL_MS);
    setImmediate(() => this.#look());
  }

  stop(): void {
    this.#ended = true;
    this.#close?.();
    clearTimeout(this.#pace);
  }

  #look(): void {
    if (this.#ended) return;
    const ending = endingOf(this.#files, this.#sinceLaunchMs(), START_LIMIT_MS, nowIso());
    if (ending !== undefined) {
      this.#drain(ending);
      return;
    }
    const wait = this.#lastRead + OUTPUT_PACE_MS - performance.now();
    if (wait <= 0) this.#read();
    else this.#pace ??= setTimeout(() => this.#read(), wait);
  }

  #sinceLaunchMs(): number {
    const orphaned =
      this.#server !== undefined && !fs.existsSync(this.#files.heartbeat) && !isAlive(this.#server);
    return orphaned ? Number.POSITIVE_INFINITY : performance.now() - this.#since;
  }

  #read(): void {
    clearTimeout(this.#pace);
    this.#pace = undefined;
    if (this.#ended) return;
    this.#lastRead = performance.now();
    const more = this.#follower.read((bytes) => this.#listener.onOutput(bytes));
    if (more) this.#pace = setTimeout(() => this.#read(), 0);
    else this.#listener.onQuiet();
  }

  // Reads piece by piece, so that a flood in one run does not hold up the others.
  #drain(ending: Ending): void {
    this.stop();
    const step = () => {
      if (this.#follower.read((bytes) => this.#listener.onOutput(bytes))) setImmediate(step);
      else this.#listener.onEnding(ending);
    };
    step();
  }
}
