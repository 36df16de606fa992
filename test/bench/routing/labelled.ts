import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Category, Tier } from '../../../src/model/words.ts';

/** A task text with what it turned out to be. */
export interface Labelled {
  task: string;
  label: Category;
  tier: Tier;
  repo: string;
}

/** The five classes that most users tell apart. */
export const coarseClasses = ['frontend', 'backend', 'tests', 'docs', 'other'] as const;

/** One of the coarse classes. */
export function coarse(category: string): string {
  return (coarseClasses as readonly string[]).includes(category) ? category : 'other';
}

/** Reads JSON lines of `task, label, tier, repo`; a path is taken from where npm was called. */
export function readLabelled(path: string): Labelled[] {
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Labelled);
}

/** The first word that is no flag; ends the process with a sentence when there is none. */
export function dataArgument(script: string): string {
  const path = process.argv.slice(2).find((word) => !word.startsWith('--'));
  if (path !== undefined) return path;
  process.stderr.write(`Name the labelled tasks: npm run ${script} -- DATA.jsonl\n`);
  process.exit(2);
}
