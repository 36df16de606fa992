import { oneLine } from '../base/text.ts';
import type { Report } from '../model/report.ts';
import type { ErrorClass } from '../model/words.ts';
import { classOfWords, tellingLine } from './error-words.ts';
import type { Exit } from './parser.ts';

/** Some tools answer a flag that they do not know with their help, and not a word of what is wrong. */
const HELP = /^ *(options|flags): *$/im;
const NOT_TAKEN = 'it does not take one of the arguments that it was given';

/**
 * The final judgement on a report, the same for all formats. Only a whole final event together with exit status 0
 * is `completed`. `lastWords` is trouble the stream told of without ending on it, such as a retry.
 * An unknown end leaves `incomplete` as it is, with error class `lost`.
 */
export function judge(report: Report, exit: Exit | null, stderrTail: string, lastWords = ''): Report {
  if (report.outcome === 'failed') return report;
  const code = exit?.code ?? null;
  const signal = exit?.signal ?? signalOf(code);
  if (signal !== null) return failed(report, 'killed', withWords(`killed by ${signal}`, lastWords));
  if (code === null) {
    if (report.outcome === 'completed') return report;
    const message = 'the output ends before its final event, and how the tool ended is not known';
    return { ...report, error: { class: 'lost', message: withWords(message, lastWords) } };
  }
  if (code === 0) {
    if (report.outcome === 'completed') return report;
    return failed(report, 'bad_output', withWords('exited with status 0 without its final event', lastWords));
  }
  return afterBadStatus(report, code, stderrTail, lastWords);
}

function afterBadStatus(report: Report, code: number, stderrTail: string, lastWords: string): Report {
  const told = tellingLine(stderrTail);
  const known = classOfWords(told) ?? classOfWords(lastWords);
  const class_ = known ?? (code === 127 || code === 126 ? 'tool_missing' : 'internal');
  if (known === undefined && report.session === null && HELP.test(stderrTail))
    return failed(report, 'tool_version', `exited with status ${code} and printed its help: ${NOT_TAKEN}`);
  const words = classOfWords(told) === undefined && lastWords !== '' ? lastWords : told;
  if (report.outcome === 'completed') {
    return failed(report, class_, withWords(`reported success, but exited with status ${code}`, words));
  }
  return failed(report, class_, words === '' ? `exited with status ${code}` : words);
}

function failed(report: Report, errorClass: ErrorClass, message: string): Report {
  return { ...report, outcome: 'failed', error: { class: errorClass, message } };
}

function withWords(message: string, words: string): string {
  return oneLine(words === '' ? message : `${message}: ${words}`, 500);
}

const signals: Record<number, string> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  134: 'SIGABRT',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

/** A shell, or a tool that catches a signal, ends with 128 + its number. Other codes in that range are no signals. */
function signalOf(code: number | null): string | null {
  return code === null ? null : (signals[code] ?? null);
}
