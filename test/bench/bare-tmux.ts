import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Stage } from './stage.ts';

/** A tmux server without any of ours, and the FIFO through which its windows say that they are done. */
export class BareTmux {
  readonly #stage: Stage;
  readonly #socket: string;
  readonly fifo: string;
  readonly #reader: fs.ReadStream;
  #onLine: (line: string) => void = () => {};

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#socket = join(stage.base, 'bare.sock');
    this.fifo = join(stage.base, 'bare.fifo');
    stage.command('mkfifo', [this.fifo]);
    // Opened for writing too, so that it does not end with its first writer.
    this.#reader = fs.createReadStream('', { fd: fs.openSync(this.fifo, 'r+') });
    createInterface({ input: this.#reader }).on('line', (line) => this.#onLine(line));
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'bare', 'sleep 3600');
  }

  /** Opens a window, waiting for the client as a shell script would. */
  window(command: string): void {
    this.#tmux('new-window', '-d', command);
  }

  /** The same without waiting. */
  windowAsync(command: string): void {
    execFile('tmux', ['-S', this.#socket, 'new-window', '-d', command], () => {});
  }

  onLine(callback: (line: string) => void): void {
    this.#onLine = callback;
  }

  close(): void {
    // The read that is under way in a thread of Node's needs something to end with.
    this.#onLine = () => this.#reader.destroy();
    fs.writeFileSync(this.fifo, 'end\n');
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { stdio: 'ignore' });
  }

  #tmux(...args: string[]): void {
    this.#stage.command('tmux', ['-S', this.#socket, ...args]);
  }
}
