import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Profile } from '../../src/model/profile.ts';
import { Report } from '../../src/model/report.ts';
import type { Format } from '../../src/model/words.ts';
import { formatOf } from '../../src/parse/formats.ts';
import type { Exit } from '../../src/parse/parser.ts';

/** A recorded run of a tool: `tools/<tool>/fixtures/<case>/`. */
export interface Recorded {
  name: string;
  format: Format;
  output: Buffer;
  stderr: string;
  exit: Exit;
  /** When it ended. */
  at: Date;
  expected: unknown;
}

/** When a recorded run ended, unless it says otherwise. */
const ENDED = new Date('2026-11-21T12:00:00Z');
const tools = join(import.meta.dirname, '../../tools');

/** Every recorded run of every tool that ships. */
export function recordedRuns(): Recorded[] {
  return readdirSync(tools).flatMap((tool) => {
    const cases = join(tools, tool, 'fixtures');
    const profile = join(tools, tool, 'profile.yaml');
    if (!existsSync(cases) || !existsSync(profile)) return [];
    const { format } = Profile.parse(parse(readFileSync(profile, 'utf8')));
    return readdirSync(cases).map((name) => recordedRun(`${tool}/${name}`, format, join(cases, name)));
  });
}

/** The report of a whole recording, in pieces as a run would bring it. */
export function reportOf(
  format: Format,
  pieces: Iterable<Uint8Array>,
  exit: Exit | null,
  stderr = '',
  at = ENDED,
) {
  const parser = formatOf(format).create();
  for (const piece of pieces) parser.push(piece);
  return parser.end(exit, stderr, at);
}

function recordedRun(name: string, format: Format, folder: string): Recorded {
  const read = (file: string) => readFileSync(join(folder, file));
  const { exit, at } = JSON.parse(read('recorded.json').toString()) as { exit: number | string; at?: string };
  return {
    name,
    format,
    output: read('output'),
    stderr: existsSync(join(folder, 'stderr')) ? read('stderr').toString() : '',
    exit: typeof exit === 'number' ? { code: exit, signal: null } : { code: null, signal: exit },
    at: at === undefined ? ENDED : new Date(at),
    expected: Report.parse(JSON.parse(read('expected.json').toString())),
  };
}
