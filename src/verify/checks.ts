import { join } from 'node:path';
import { readTail } from '../base/files.ts';
import { sweepByEnv } from '../base/process.ts';
import { clipBytes, plainText } from '../base/text.ts';
import { parseDuration } from '../base/time.ts';
import { type Check, type CheckText, checkLabel, checkOf } from '../model/check.ts';
import type { CheckResult } from '../model/verdict.ts';
import { lookAt, type Scene } from './look.ts';
import { type CommandPlace, runCommand } from './run-command.ts';
import { countTests } from './test-counts.ts';

/** Where and how checks run. `timeoutSeconds` holds for each that names none itself. */
export interface CheckPlace extends CommandPlace {
  runDir: string;
  commit: string | null;
  /** The change, read once when a check wants it; absent outside git. */
  scene?: () => Promise<Scene>;
}

const TAIL_BYTES = 4096;
// Runners print their counts before what follows the tests.
const COUNTS_BYTES = 64 * 1024;

/**
 * Runs the checks one after the other in the task's folder. Their output stands in `check-<n>.output` of the run.
 * What an earlier attempt has left running under the tag is ended first.
 */
export async function runChecks(checks: readonly CheckText[], place: CheckPlace): Promise<CheckResult[]> {
  if (checks.length > 0) await sweepByEnv(`ORCHESTRA_RUN=${place.tag}`, 0);
  const results: CheckResult[] = [];
  for (const [index, check] of checks.entries()) {
    results.push(await runCheck(checkOf(check), join(place.runDir, `check-${index + 1}.output`), place));
  }
  return results;
}

/** Runs one check, with its output in the file when it is a command. */
export async function runCheck(check: Check, path: string, place: CheckPlace): Promise<CheckResult> {
  const started = performance.now();
  const found = isCommand(check) ? await execute(check, path, place) : await look(check, place);
  return {
    ...found,
    command: isCommand(check) ? (check.command ?? checkLabel(check)) : checkLabel(check),
    passed: found.exit === 0,
    seconds: Math.round(performance.now() - started) / 1000,
    commit: place.commit,
    kind: check.kind,
    ...(check.name === undefined ? {} : { name: check.name }),
  };
}

type CommandCheck = Extract<Check, { kind: 'command' | 'tests' }>;

/** Whether a check runs a command, so that it can be run elsewhere too. */
export function isCommand(check: Check): check is CommandCheck {
  return check.kind === 'command' || check.kind === 'tests';
}

type Found = Pick<CheckResult, 'exit' | 'output' | 'counts'>;

async function execute(check: CommandCheck, path: string, place: CheckPlace): Promise<Found> {
  const { timeout, command } = check;
  if (command === undefined) return { exit: 1, output: 'No test command was found.' };
  const timeoutSeconds = timeout === undefined ? place.timeoutSeconds : parseDuration(timeout) / 1000;
  const exit = await runCommand(command, path, { ...place, timeoutSeconds });
  const counts = countTests(plainText(readTail(path, COUNTS_BYTES)));
  // `npm test || true` is no suite that passes.
  const lied = check.kind === 'tests' && exit === 0 && (counts?.failed ?? 0) > 0;
  return {
    exit: lied ? 1 : exit,
    output: plainText(readTail(path, TAIL_BYTES)),
    ...(counts === undefined ? {} : { counts }),
  };
}

async function look(check: Exclude<Check, CommandCheck>, place: CheckPlace): Promise<Found> {
  if (place.scene === undefined && check.kind !== 'files')
    return { exit: 1, output: 'Outside git a change cannot be told.' };
  const scene = await (place.scene?.() ?? { root: place.dir, patch: null, committed: false });
  const faults = await lookAt(check, scene);
  return { exit: faults.length === 0 ? 0 : 1, output: clipBytes(faults.join('\n'), TAIL_BYTES) };
}
