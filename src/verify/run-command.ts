import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { sweepByEnv } from '../base/process.ts';

/** Where and how a command runs. `tag` is its `ORCHESTRA_RUN`, by which what it leaves behind is ended. */
export interface CommandPlace {
  dir: string;
  env: Record<string, string>;
  tag: string;
  timeoutSeconds: number;
}

// A longer one would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a shell command with its output in a file; nothing that it started outlives it. The exit status, or null when it
 * was killed, ran out of time or could not start.
 */
export async function runCommand(
  command: string,
  outputPath: string,
  place: CommandPlace,
): Promise<number | null> {
  const exit = await execute(command, outputPath, place);
  await sweepByEnv(`ORCHESTRA_RUN=${place.tag}`, 2_000);
  return exit;
}

function execute(command: string, outputPath: string, place: CommandPlace): Promise<number | null> {
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
