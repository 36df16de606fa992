import type { Socket } from 'node:net';

/** What the two ends of the conductor's door say to each other, one JSON object a line. */
export type Message =
  | ({ is: 'request' } & Request)
  /** The request has come to a conductor that is at work; `server` is its process. */
  | { is: 'seen'; server: { pid: number; startTime: string } }
  /** All is thought through and nothing changed: it is stored at the word `go`, and only then. */
  | { is: 'ready' }
  | { is: 'go' }
  /** Nothing was stored, and nothing will be. */
  | { is: 'declined' }
  /** The task is stored: what the command prints (1: standard output, 2: standard error) and its exit status. */
  | { is: 'done'; exit: number; output: [stream: 1 | 2, text: string][] };

/** A command line with all of its surroundings that its answer depends on. */
export interface Request {
  build: string;
  nonce: string;
  argv: string[];
  cwd: string;
  /** Device and inode of the folder: its path may lead the conductor elsewhere. */
  place: string;
  env: Record<string, string | undefined>;
  out: { isTTY?: boolean; columns?: number };
  err: { isTTY?: boolean };
}

const LONGEST_LINE = 16 * 1024 * 1024;

/** One end of a connection. */
export class Wire {
  readonly #socket: Socket;
  readonly #heard: Message[] = [];
  #rest = '';
  #over = false;
  #wake = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text) => this.#take(String(text)));
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
  }

  say(message: Message): void {
    if (!this.#over) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** The next message; undefined when none comes in time or the other end has gone. One call at a time. */
  async hear(limitMs: number): Promise<Message | undefined> {
    if (this.#heard.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#heard.shift();
  }

  /** Ends the connection once all is said. */
  close(): void {
    this.#over = true;
    this.#socket.end(() => this.#socket.destroy());
  }

  #take(text: string): void {
    this.#rest += text;
    if (this.#rest.length > LONGEST_LINE) this.#socket.destroy();
    if (!text.includes('\n')) return;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    try {
      for (const line of lines) this.#heard.push(JSON.parse(line));
    } catch {
      this.#socket.destroy();
    }
    this.#wake();
  }

  #end(): void {
    this.#over = true;
    this.#wake();
  }
}
