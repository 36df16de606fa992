import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../base/files.ts';
import { lineRedactor } from '../base/redact.ts';
import { watchPath } from '../base/signal-file.ts';
import { Format } from '../model/word-schemas.ts';
import { formatOf } from '../parse/formats.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { OutputFollower } from '../watch/output-follower.ts';

/**
 * Shows a run in its pane: readable lines from the output as it comes, and standard error, until the run has ended.
 * The format stands in the run's `format.json`.
 */
export async function showPane(runDir: string): Promise<void> {
  // A pane that was closed must not keep us.
  process.stdout.on('error', () => process.exit(0));
  // Whoever ends all that carries the run's tag ends the tool; the wrapper ends us, when all is shown.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const format = Format.catch('plain').parse(
    (readJson(join(runDir, 'format.json')) as { format?: unknown })?.format,
  );
  const renderer = formatOf(format).render();
  const output = new OutputFollower(join(runDir, 'output'));
  const stderr = new OutputFollower(join(runDir, 'stderr'));
  const errors = formatOf('plain').render();
  const redact = lineRedactor(redactionIn(runDir));
  const show = (lines: string[]) => {
    if (lines.length > 0) process.stdout.write(`${lines.map(redact).join('\n')}\n`);
  };
  const read = () => {
    while (output.read((bytes) => show(renderer.push(bytes))));
    while (stderr.read((bytes) => show(errors.push(bytes))));
  };
  await new Promise<void>((resolve) => {
    const look = () => {
      const ended = fs.existsSync(join(runDir, 'exit.json'));
      read();
      if (!ended) return;
      unwatch();
      resolve();
    };
    const unwatch = watchPath(runDir, look, 250);
    look();
  });
  show(renderer.end());
  show(errors.end());
}
