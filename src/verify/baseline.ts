import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ensurePrivateDir, readJson, writeAtomic } from '../base/files.ts';
import { withCheckout } from '../git/scratch.ts';
import type { Check } from '../model/check.ts';
import { type CheckResult, TestCounts } from '../model/verdict.ts';
import { type CheckPlace, isCommand, runCheck } from './checks.ts';

/** Where the commit lies that a task began from, and where its results are kept. */
export interface BaselinePlace {
  root: string;
  commit: string;
  /** Folder of the results, one file each. */
  cache: string;
  /** Folder for the temporary worktree. */
  scratch: string;
}

/** How a check stood before; `exit` is null when it did not come to an end. */
const Before = z.object({ exit: z.number().int().nullable(), counts: TestCounts.optional() });
type Before = z.infer<typeof Before>;

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The results, where each failed command says how it stood before the task. That is run once for each commit and kept;
 * the commands before it are run there first, since they may prepare it. What cannot be told is `unknown`.
 */
export async function withBaseline(
  checks: readonly Check[],
  results: readonly CheckResult[],
  place: CheckPlace,
  base: BaselinePlace,
): Promise<CheckResult[]> {
  const isRed = (index: number) => {
    const [check, result] = [checks[index], results[index]];
    return check !== undefined && isCommand(check) && result !== undefined && !result.passed;
  };
  const red = [...results.keys()].filter(isRed);
  const wanted = red.at(-1);
  if (wanted === undefined) return [...results];
  const commands = checks.slice(0, wanted + 1);
  const known = commands.map((_, index) => stored(base, commands.slice(0, index + 1)));
  const before = red.every((index) => known[index] !== undefined)
    ? known
    : await runBefore(commands, place, base).catch(() => known);
  return results.map((result, index) => (isRed(index) ? { ...result, ...said(before[index]) } : result));
}

function said(before: Before | undefined): Pick<CheckResult, 'baseline' | 'countsBefore'> {
  if (before === undefined || before.exit === null) return { baseline: 'unknown' };
  const counts = before.counts === undefined ? {} : { countsBefore: before.counts };
  return { baseline: before.exit === 0 ? 'passed' : 'failed', ...counts };
}

function runBefore(
  checks: readonly Check[],
  place: CheckPlace,
  base: BaselinePlace,
): Promise<(Before | undefined)[]> {
  const { root, commit, scratch } = base;
  return withCheckout({ root, commit, scratch }, async (dir) => {
    lendDependencies(place.dir, dir, checks);
    const found: (Before | undefined)[] = [];
    for (const [index, check] of checks.entries()) {
      if (!isCommand(check)) {
        found.push(undefined);
        continue;
      }
      const output = join(place.runDir, `check-${index + 1}.before.output`);
      const { exit, counts } = await runCheck(check, output, { ...place, dir, commit });
      const before: Before = counts === undefined ? { exit } : { exit, counts };
      found.push(before);
      if (exit !== null) keep(base, checks.slice(0, index + 1), before);
    }
    return found;
  });
}

const dependencyFolders = ['node_modules', '.venv', 'venv', 'vendor'];
const installs = /\b(install|ci|sync|restore|bundle)\b/;

// By links, unless a command would install into them and so change those of the task.
function lendDependencies(from: string, to: string, checks: readonly Check[]): void {
  if (checks.some((check) => isCommand(check) && installs.test(check.command ?? ''))) return;
  for (const name of dependencyFolders) {
    const isThere = fs.lstatSync(join(to, name), { throwIfNoEntry: false }) !== undefined;
    if (!isThere && fs.existsSync(join(from, name))) fs.symlinkSync(join(from, name), join(to, name));
  }
}

function fileOf(base: BaselinePlace, checks: readonly Check[]): string {
  const commands = checks.filter(isCommand).map(({ command }) => command);
  const key = createHash('sha256')
    .update(JSON.stringify([base.commit, commands]))
    .digest('hex');
  return join(base.cache, `${key.slice(0, 32)}.json`);
}

function stored(base: BaselinePlace, checks: readonly Check[]): Before | undefined {
  return Before.safeParse(readJson(fileOf(base, checks))).data;
}

function keep(base: BaselinePlace, checks: readonly Check[], before: Before): void {
  ensurePrivateDir(base.cache);
  for (const name of fs.readdirSync(base.cache)) {
    const path = join(base.cache, name);
    const age = Date.now() - (fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEPT_MS) fs.rmSync(path, { force: true });
  }
  writeAtomic(fileOf(base, checks), `${JSON.stringify(before)}\n`);
}
