import type { Report } from '../model/report.ts';

/** How a process ended; null instead of it when that is not known. */
export interface Exit {
  code: number | null;
  signal: string | null;
}

/** Turns the bytes of a tool's stdout into a report, in bounded memory. No method ever throws. */
export interface Parser {
  push(bytes: Uint8Array): void;
  /** Grows with every sign of work; a retry or a notice of trouble is none. While undefined, every byte counts. */
  readonly work?: number | undefined;
  /** What it told of last that it may yet get over, such as a retry; '' for nothing. `stderrTail` is as for `end`. */
  trouble?(stderrTail: string): string;
  /** What is known so far. The caller may keep it: it is never changed afterwards. */
  report(): Report;
  /**
   * The final report. `stderrTail` is the end of what the tool wrote on stderr; `endedAt` is when it ended, which clock
   * times and waits in its words are counted from. Nothing may be pushed after it.
   */
  end(exit: Exit | null, stderrTail: string, endedAt?: Date): Report;
}

/**
 * Turns the same bytes into lines for people: without newlines, colour, escape sequences and control bytes.
 * No method ever throws.
 */
export interface Renderer {
  /** The lines that the bytes complete. */
  push(bytes: Uint8Array): string[];
  /** What is left when the stream ends. */
  end(): string[];
}
