import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { readTail } from '../base/files.ts';
import { sweepByEnv } from '../base/process.ts';
import { plainText } from '../base/text.ts';
import type { CheckResult } from '../model/verdict.ts';

/** Where and how checks run. `tag` is their own `ORCHESTRA_RUN`, by which what they leave behind is ended. */
export interface CheckPlace {
  dir: string;
  runDir: string;
  env: Record<string, string>;
  tag: string;
  timeoutSeconds: number;
  commit: string | null;
}

const TAIL_BYTES = 4096;
// A longer one would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs the checks one after the other in the task's folder. Their output stands in `check-<n>.output` of the run.
 * What an earlier attempt has left running under the tag is ended first.
 */
export async function runChecks(commands: readonly string[], place: CheckPlace): Promise<CheckResult[]> {
  if (commands.length > 0) await sweepByEnv(`ORCHESTRA_RUN=${place.tag}`, 0);
  const results: CheckResult[] = [];
  for (const [index, command] of commands.entries()) results.push(await runCheck(command, index + 1, place));
  return results;
}

async function runCheck(command: string, number: number, place: CheckPlace): Promise<CheckResult> {
  const path = join(place.runDir, `check-${number}.output`);
  const started = performance.now();
  const exit = await execute(command, path, place);
  // A check may leave servers behind; nothing of a run outlives it.
  await sweepByEnv(`ORCHESTRA_RUN=${place.tag}`, 2_000);
  return {
    command,
    passed: exit === 0,
    exit,
    seconds: Math.round(performance.now() - started) / 1000,
    commit: place.commit,
    output: plainText(readTail(path, TAIL_BYTES)),
  };
}

/** The exit status, or null when the check was killed, ran out of time or could not start. */
function execute(command: string, outputPath: string, place: CheckPlace): Promise<number | null> {
  const output = fs.openSync(outputPath, 'w', 0o600);
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd: place.dir,
      env: { ...place.env, ORCHESTRA_RUN: place.tag, CI: 'true' },
      stdio: ['ignore', output, output],
      detached: true,
    });
    fs.closeSync(output);
    const timer = setTimeout(
      () => void sweepByEnv(`ORCHESTRA_RUN=${place.tag}`, 2_000),
      Math.min(place.timeoutSeconds * 1000, LONGEST_TIMER_MS),
    );
    const finish = (code: number | null) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.once('error', () => finish(null));
    child.once('exit', (code) => finish(code));
  });
}
