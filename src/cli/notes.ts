import type { Ora } from 'ora';
import type { Note } from '../operations/operation.ts';
import { decidedText } from './render/decided.ts';
import { renderDocuments } from './render-documents.ts';
import type { Screen } from './screen.ts';
import type { Streams } from './streams.ts';
import type { Wanted } from './wanted.ts';

/** Shows what an operation tells while it goes on: a live line on a terminal, plain lines elsewhere. */
export class Notes {
  readonly #wanted: Wanted;
  readonly #screen: Screen;
  readonly #streams: Streams;
  readonly #lines = new Map<string, string>();
  #spinner: Ora | undefined;
  #spin: Promise<void> | undefined;
  #line = '';
  #closed = false;
  /** Notes behind a document that is still being rendered. */
  #queue: Promise<void> | undefined;

  constructor(wanted: Wanted, screen: Screen, streams: Streams) {
    this.#wanted = wanted;
    this.#screen = screen;
    this.#streams = streams;
  }

  show(note: Note): void {
    if (note.kind === 'document') this.#after(() => this.#document(note.operation, note.documents));
    else if (this.#queue !== undefined) this.#after(async () => this.#now(note));
    else this.#now(note);
  }

  /** Waits until all is shown. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  #after(step: () => Promise<void>): void {
    this.#queue = (this.#queue ?? Promise.resolve()).then(step);
  }

  #now(note: Exclude<Note, { kind: 'document' }>): void {
    switch (note.kind) {
      case 'text':
        this.#streams.out.write(this.#wanted.json ? '' : note.text);
        break;
      case 'bytes':
        if (!this.#wanted.json) this.#streams.out.write(note.bytes);
        break;
      case 'warning':
        this.#say(`warning: ${note.text}`);
        break;
      case 'info':
        this.#say(note.text);
        break;
      case 'decided':
        this.#say(decidedText(note, this.#screen));
        break;
      case 'progress':
        this.#progress(note.task, note.text);
        break;
    }
  }

  close(): void {
    this.#closed = true;
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  #say(text: string): void {
    if (this.#wanted.quiet) return;
    const spinning = this.#spinner?.isSpinning === true;
    this.#spinner?.clear();
    this.#streams.err.write(`${text}\n`);
    if (spinning) this.#spinner?.render();
  }

  #progress(task: string, text: string): void {
    if (this.#wanted.quiet || this.#lines.get(task) === text) return;
    this.#lines.set(task, text);
    if (!this.#streams.err.isTTY) {
      this.#streams.err.write(`${task}: ${text}\n`);
      return;
    }
    const line = [...this.#lines].map(([name, state]) => `${name}: ${state}`).join('   ');
    this.#line = line;
    if (this.#spinner === undefined) this.#spin ??= this.#startSpinner();
    else this.#spinner.text = line;
  }

  // Loaded here: it is dear, and most commands never wait.
  async #startSpinner(): Promise<void> {
    const { default: ora } = await import('ora');
    if (this.#closed) return;
    // Without discarding stdin, ora leaves Ctrl-C to us.
    this.#spinner = ora({ stream: process.stderr, discardStdin: false, text: this.#line }).start();
  }

  async #document(operation: string, documents: object[]): Promise<void> {
    if (this.#wanted.json) {
      for (const document of documents) this.#streams.out.write(`${JSON.stringify(document)}\n`);
      return;
    }
    const text = await renderDocuments(operation, documents, this.#screen);
    // Home, then each line cleared to its end, then the rest: no flicker.
    const still = operation === 'status' && this.#wanted.still && this.#streams.out.isTTY;
    this.#streams.out.write(
      still ? `\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[K\n\u001b[J` : `${text}\n`,
    );
  }
}
