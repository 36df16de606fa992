import * as fs from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { readIfExists, readJson } from '../base/files.ts';
import { ExitRecord } from '../model/ending.ts';
import { type Home, runFiles } from '../model/home.ts';
import { Launch } from '../model/plan.ts';
import { Planned } from '../model/planned.ts';
import { Report } from '../model/report.ts';
import { Summary } from '../model/summary.ts';
import { names } from './damage.ts';

/** What a run's folder tells; undefined is what it does not. */
export interface RunRecord {
  run: number;
  /** When the folder was made, as far as the file system knows. */
  at: string;
  prompt: string | undefined;
  planned: Planned | undefined;
  launch: Launch | undefined;
  exit: ExitRecord | undefined;
  report: Report | undefined;
  summary: Summary | undefined;
  /** Whether its wrapper has begun, or was kept from it for ever. */
  claimed: boolean;
}

/** The tasks that have a folder, by number. */
export function tasksWithFolders(home: Home): string[] {
  return numbered(names(home.runs), /^task-([1-9]\d*)$/).map((number) => `task-${number}`);
}

/** What the folders of a task tell, the first run first. */
export function runRecords(home: Home, task: string): RunRecord[] {
  return numbered(names(join(home.runs, task)), /^([1-9]\d*)$/).map((run) => recordOf(home, task, run));
}

function numbered(found: readonly string[], pattern: RegExp): number[] {
  return found
    .map((name) => Number(pattern.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0 && number <= 9_999_999_999)
    .sort((a, b) => a - b);
}

function recordOf(home: Home, task: string, run: number): RunRecord {
  const files = runFiles(home, task, run);
  const planned = parsed(Planned, files.plan);
  const launch = parsed(Launch, files.launch);
  return {
    run,
    at: planned?.at ?? launch?.at ?? fs.statSync(files.dir).mtime.toISOString(),
    prompt: readIfExists(files.prompt),
    planned: planned?.plan.task === task && planned.plan.run === run ? planned : undefined,
    launch: launch?.task === task && launch.run === run ? launch : undefined,
    exit: parsed(ExitRecord, files.exit),
    report: parsed(Report, files.report),
    summary: parsed(Summary, files.summary),
    claimed: fs.existsSync(join(files.dir, 'claim')),
  };
}

function parsed<S extends z.ZodType>(schema: S, path: string): z.output<S> | undefined {
  return schema.safeParse(readJson(path)).data;
}
