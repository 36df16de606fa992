import { LineReader } from '../base/jsonl.ts';
import { plainText } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import { judge } from './ending.ts';
import type { Exit, Parser, Renderer } from './parser.ts';
import { withRetryAt } from './reset-time.ts';

const TAIL = 32 * 1024;
const ANSWER_LINES = 40;
const LONGEST_SHOWN = 64 * 1024;

/** The format `plain`: text and an exit code. The answer is the end of the text; tokens and price stay unknown. */
export class PlainParser implements Parser {
  readonly #buffer = Buffer.allocUnsafe(2 * TAIL);
  #size = 0;
  #cut = false;

  push(bytes: Uint8Array): void {
    const tail = bytes.subarray(-TAIL);
    this.#cut ||= tail.length < bytes.length;
    if (this.#size + tail.length > this.#buffer.length) this.#trim();
    this.#buffer.set(tail, this.#size);
    this.#size += tail.length;
  }

  report(): Report {
    const from = Math.max(0, this.#size - TAIL);
    const tail = this.#buffer.subarray(from, this.#size);
    return { ...emptyReport(), answer: lastLines(tail, this.#cut || from > 0) };
  }

  end(exit: Exit | null, stderrTail: string, endedAt = new Date()): Report {
    const report = this.report();
    if (exit?.code === 0 && exit.signal === null) return { ...report, outcome: 'completed' };
    const said = stderrTail.trim() === '' ? (lastLine(report.answer) ?? '') : '';
    const judged = judge(report, exit, stderrTail, said);
    return withRetryAt(judged, [judged.error?.message ?? '', stderrTail, report.answer], endedAt);
  }

  #trim(): void {
    const from = Math.max(0, this.#size - TAIL);
    this.#cut ||= from > 0;
    this.#buffer.copyWithin(0, from, this.#size);
    this.#size -= from;
  }
}

/** Passes text through, made harmless; of a line that overwrites itself only what stands there in the end. */
export class PlainRenderer implements Renderer {
  readonly #lines = new LineReader(LONGEST_SHOWN);

  push(bytes: Uint8Array): string[] {
    const shown: string[] = [];
    this.#lines.push(bytes, (line) => shown.push(shownLine(line)));
    return shown;
  }

  end(): string[] {
    const shown: string[] = [];
    this.#lines.rest((line) => shown.push(shownLine(line)));
    return shown;
  }
}

function lastLines(tail: Buffer, cut: boolean): string {
  const lines = tail.toString('utf8').split('\n');
  if (cut && lines.length > 1) lines.shift();
  return lines.map(shownLine).join('\n').trim().split('\n').slice(-ANSWER_LINES).join('\n');
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}

function shownLine(text: string): string {
  if (text === '') return '';
  const passes = text.split('\r').map(plainText);
  return passes.findLast((pass) => pass.trim() !== '') ?? '';
}
