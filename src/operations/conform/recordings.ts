import * as fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { messageOf } from '../../base/errors.ts';
import { readIfExists } from '../../base/files.ts';
import { Report } from '../../model/report.ts';
import type { Format } from '../../model/words.ts';
import { formatOf } from '../../parse/formats.ts';
import type { Exit } from '../../parse/parser.ts';
import { type ConformCheck, check, notHere } from './check.ts';

const CUTS = 60;
const good = { code: 0, signal: null };
const killed = { code: null, signal: 'SIGKILL' };
// What is only text can end after any line of it; how the process ended has to tell.
const withoutFinalEvent: readonly Format[] = ['plain', 'aider-text'];

const Recorded = z.looseObject({
  version: z.string(),
  date: z.iso.date(),
  argv: z.array(z.string()),
  exit: z.union([z.number().int(), z.string()]),
  /** When it ended, where the output tells times relative to it. */
  at: z.iso.datetime({ offset: true }).optional(),
});

/** Holds every `fixtures/<case>/` against the parser of the profile's format. */
export function recordingChecks(format: Format, dir: string): ConformCheck[] {
  const folder = join(dir, 'fixtures');
  const cases = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  if (cases.length === 0) return [notHere('recordings', 'there are none under fixtures/')];
  return cases.map((name) => {
    try {
      return recordingCheck(`recording ${name}`, format, join(folder, name));
    } catch (error) {
      return { name: `recording ${name}`, passed: false, detail: messageOf(error) };
    }
  });
}

function recordingCheck(name: string, format: Format, folder: string): ConformCheck {
  const missing = ['output', 'recorded.json', 'expected.json'].filter(
    (file) => !fs.existsSync(join(folder, file)),
  );
  if (missing.length > 0)
    return {
      name,
      passed: false,
      detail: `lacks ${missing.join(', ')}; docs/adding-a-tool.md says what they hold`,
    };
  const recorded = Recorded.safeParse(jsonAt(join(folder, 'recorded.json')));
  if (!recorded.success) {
    const [issue] = recorded.error.issues;
    const detail = `recorded.json: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`;
    return { name, passed: false, detail };
  }
  const { exit: code, at } = recorded.data;
  const exit = typeof code === 'number' ? { code, signal: null } : { code: null, signal: code };
  const output = fs.readFileSync(join(folder, 'output'));
  const expected = Report.parse(jsonAt(join(folder, 'expected.json')));
  const report = reportOf(format, output, exit, readIfExists(join(folder, 'stderr')) ?? '', at);
  const wrong = Object.keys(expected).filter(
    (key) => !isDeepStrictEqual(expected[key as keyof Report], report[key as keyof Report]),
  );
  if (wrong.length > 0) {
    return { name, passed: false, detail: `reads otherwise than expected.json: ${wrong.join(', ')}` };
  }
  const early = earlyCompletion(format, output);
  return check(
    name,
    early === undefined,
    `reads as ${expected.outcome}, also cut anywhere`,
    `cut at byte ${early} of ${output.length} it is taken for completed, with less than all of it`,
  );
}

/** The first of many cuts at which the output is taken for completed before all is told; undefined when there is none. */
function earlyCompletion(format: Format, output: Buffer): number | undefined {
  const whole = reportOf(format, output, good, '');
  return cutsOf(output).find((cut) => {
    const part = output.subarray(0, cut);
    if (reportOf(format, part, killed, '').outcome === 'completed') return true;
    if (withoutFinalEvent.includes(formatOf(format).readAs)) return false;
    const report = reportOf(format, part, good, '');
    if (report.outcome !== 'completed') return false;
    const same = report.usageComplete ? [report, whole] : [report, whole].map(withoutUsage);
    return !isDeepStrictEqual(same[0], same[1]);
  });
}

/** Tokens that come after the final event may be missing, where the report says so. */
function withoutUsage(report: Report): Partial<Report> {
  const { usage: _, usageByModel: __, usageComplete: ___, usd: ____, ...rest } = report;
  return rest;
}

/** Line ends and evenly spread bytes. */
function cutsOf(output: Buffer): number[] {
  const spread = Array.from({ length: CUTS }, (_, at) => Math.floor((output.length * at) / CUTS));
  const ends: number[] = [];
  for (let at = output.lastIndexOf(10); at > 0 && ends.length < CUTS; at = output.lastIndexOf(10, at - 1))
    ends.push(at, at + 1);
  return [...new Set([...spread, ...ends])].sort((a, b) => a - b);
}

function reportOf(format: Format, bytes: Uint8Array, exit: Exit, stderr: string, at?: string): Report {
  const parser = formatOf(format).create();
  parser.push(bytes);
  return parser.end(exit, stderr, at === undefined ? undefined : new Date(at));
}

function jsonAt(path: string): unknown {
  return JSON.parse(fs.readFileSync(path, 'utf8'));
}
