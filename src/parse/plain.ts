import { LineReader } from '../base/jsonl.ts';
import { plainText } from '../base/text.ts';
import { emptyReport, type Report } from '../model/report.ts';
import { judge } from './ending.ts';
import type { Exit, Parser, Renderer } from './parser.ts';

const TAIL = 32 * 1024;
const ANSWER_LINES = 40;
const PIECE = 8 * 1024;
const LONGEST_SHOWN = 64 * 1024;

/** The format `plain`: text and an exit code. The answer is the end of the text; tokens and price stay unknown. */
export class PlainParser implements Parser {
  #chunks: Uint8Array[] = [];
  #kept = 0;
  #cut = false;

  push(bytes: Uint8Array): void {
    this.#chunks.push(Buffer.from(bytes.subarray(-TAIL)));
    this.#kept += Math.min(bytes.length, TAIL);
    this.#cut ||= bytes.length > TAIL;
    if (this.#kept > 4 * TAIL || this.#chunks.length > 1024) this.#trim();
  }

  report(): Report {
    this.#trim();
    return { ...emptyReport(), answer: lastLines(Buffer.concat(this.#chunks), this.#cut) };
  }

  end(exit: Exit | null, stderrTail: string): Report {
    const report = this.report();
    if (exit?.code === 0 && exit.signal === null) return { ...report, outcome: 'completed' };
    return judge(report, exit, stderrTail, stderrTail.trim() === '' ? (lastLine(report.answer) ?? '') : '');
  }

  #trim(): void {
    const all = Buffer.concat(this.#chunks);
    this.#cut ||= all.length > TAIL;
    this.#chunks = [Buffer.from(all.subarray(-TAIL))];
    this.#kept = this.#chunks[0]?.length ?? 0;
  }
}

/** Passes text through, made harmless; of a line that overwrites itself only what stands there in the end. */
export class PlainRenderer implements Renderer {
  readonly #lines = new LineReader(LONGEST_SHOWN);

  push(bytes: Uint8Array): string[] {
    const shown: string[] = [];
    for (let at = 0; at < bytes.length; at += PIECE) {
      for (const { text } of this.#lines.push(bytes.subarray(at, at + PIECE))) shown.push(shownLine(text));
    }
    return shown;
  }

  end(): string[] {
    const rest = this.#lines.rest();
    return rest === undefined ? [] : [shownLine(rest.text)];
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
  const passes = text.split('\r').map(plainText);
  return passes.findLast((pass) => pass.trim() !== '') ?? '';
}
