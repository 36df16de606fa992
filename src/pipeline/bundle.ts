import * as fs from 'node:fs';
import { join, relative } from 'node:path';
import type * as z from 'zod';
import { errnoOf, messageOf, OrchestraError } from '../base/errors.ts';
import { writeAtomic } from '../base/files.ts';
import type { Redact } from '../base/redact.ts';
import { type TarEntry, tarGz } from '../base/tar.ts';
import { TaskRecord, Versions } from '../model/artifact.ts';
import { ExitRecord } from '../model/ending.ts';
import type { Home } from '../model/home.ts';
import { LedgerLine } from '../model/ledger.ts';
import { Launch } from '../model/plan.ts';
import { Planned } from '../model/planned.ts';
import { Report } from '../model/report.ts';
import { Route } from '../model/route.ts';
import { Settlement, Summary } from '../model/summary.ts';
import { Verdict } from '../model/verdict.ts';
import { redactionIn } from '../spawn/secret-marks.ts';

/** A file of a task's folder. */
export interface Artifact {
  path: string;
  bytes: number;
}

// The environment is deleted as a run starts and a task settles; should it be there, it is nobody's business. Nor is what
// else the user has at work.
const private_ = new Set(['env', 'environment.json', 'secret-marks.json', 'outside.json', 'refs.json']);

/** The files in the folder of a task, with paths relative to it, in order. */
export function artifactsOf(home: Home, task: string): Artifact[] {
  const folder = join(home.runs, task);
  return filesUnder(folder).map((path) => ({ path: relative(folder, path), bytes: fs.statSync(path).size }));
}

function filesUnder(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() && !entry.name.startsWith('.') && !private_.has(entry.name) ? [path] : [];
    });
}

const schemas: Record<string, z.ZodType> = {
  'task.json': TaskRecord,
  'versions.json': Versions,
  'plan.json': Planned,
  'route.json': Route,
  'launch.json': Launch,
  'report.json': Report,
  'verdict.json': Verdict,
  'settlement.json': Settlement,
  'summary.json': Summary,
  'exit.json': ExitRecord,
  'ledger.jsonl': LedgerLine,
};

/**
 * Packs the folder of a task into a gzipped tar file, secrets taken out, each document held against its schema first.
 * Throws `internal` naming the document that is not what it should be.
 */
export function writeBundle(home: Home, task: string, file: string): { files: number; bytes: number } {
  const redact = redactionOf(home, task);
  const entries = artifactsOf(home, task).map(({ path }): TarEntry => {
    const content = fs.readFileSync(join(home.runs, task, path));
    return { path: `${task}/${path}`, content: checked(path, cleaned(content, redact)) };
  });
  const archive = tarGz(entries);
  try {
    writeAtomic(file, archive);
  } catch (cause) {
    throw new OrchestraError('usage', `${file} cannot be written (${errnoOf(cause) ?? messageOf(cause)}).`, {
      hint: 'Name a file in a folder that exists and that you may write to.',
      cause,
    });
  }
  return { files: entries.length, bytes: archive.length };
}

/** Takes out what looks like a secret and what any run of the task was given as one. */
function redactionOf(home: Home, task: string): Redact {
  const folder = join(home.runs, task);
  const runs = fs.readdirSync(folder).filter((name) => /^\d+$/.test(name));
  const redactions = runs.map((run) => redactionIn(join(folder, run)));
  return (text) => redactions.reduce((rest, redact) => redact(rest), text);
}

// Bytes that are no text hold no text to take out.
function cleaned(content: Buffer, redact: Redact): Buffer {
  const text = content.toString('utf8');
  const safe = redact(text);
  return safe === text ? content : Buffer.from(safe);
}

function checked(path: string, content: Buffer): Buffer {
  const schema = schemas[path.split('/').at(-1) as string];
  if (schema === undefined) return content;
  const text = content.toString('utf8');
  const documents = path.endsWith('.jsonl') ? text.split('\n').filter((line) => line !== '') : [text];
  for (const document of documents) {
    const { error } = schema.safeParse(parsed(document));
    if (error !== undefined) throw misshapen(path, error);
  }
  return content;
}

function misshapen(path: string, error: z.ZodError): OrchestraError {
  const [issue] = error.issues;
  return new OrchestraError(
    'internal',
    `${path} is not what it should be: ${issue?.path.join('.')}: ${issue?.message}.`,
    { hint: 'Nothing was written. orchestra doctor looks for damage.' },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
