import type { Progress } from '../model/report.ts';
import { JsonEvents } from './json-events.ts';
import type { Renderer } from './parser.ts';
import { eventLine, type Label } from './render-line.ts';
import { planText } from './to-do.ts';

/** What the renderers of JSON Lines formats share: events in, lines out. A format says what an event looks like. */
export abstract class JsonRenderer implements Renderer {
  #lines: string[] = [];
  readonly #events = new JsonEvents((event) => this.event(event));

  push(bytes: Uint8Array): string[] {
    this.#events.push(bytes);
    return this.#taken();
  }

  end(): string[] {
    this.#events.end();
    return this.#taken();
  }

  /** Puts the lines of one event by `line` and `lines`. */
  protected abstract event(event: Record<string, unknown>): void;

  protected line(label: Label, text: string): void {
    this.#lines.push(eventLine(label, text));
  }

  protected lines(lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  /** Shows a to-do list; false where there is none. */
  protected plan(progress: Progress | null): boolean {
    if (progress !== null) this.line('plan', planText(progress));
    return progress !== null;
  }

  #taken(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
