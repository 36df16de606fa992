import { isOverview } from './cli/is-overview.ts';
import { mayHandOver } from './cli/may-hand-over.ts';
import type { LostTask } from './operations/after-loss.ts';

// Our own file as it was started: a stub that stays where it is when the program is built anew.
const entry = process.argv[1] ?? '';
const argv = process.argv.slice(2);
const [first, second, third] = argv;

// Each loads only what it needs: a person waits for the start.
if (isOverview(argv)) {
  const { showOverview } = await import('./cli/quick-status.ts');
  process.exitCode = await showOverview(argv, entry);
} else if (first === 'pane' && second !== undefined) {
  const { showPane } = await import('./cli/pane.ts');
  await showPane(second);
} else if (first === 'conductor' && second === 'run' && third === undefined) {
  const { runConductor } = await import('./cli/run-conductor.ts');
  // What is under way is left as after a kill: the next conductor goes on with it, and two must not.
  process.exit(await runConductor(entry));
} else {
  const answer = mayHandOver(argv) ? await handedOver() : undefined;
  process.exitCode = typeof answer === 'number' ? answer : await runHere(answer);
}

async function handedOver() {
  const { handOver } = await import('./cli/hand-over.ts');
  return handOver(argv);
}

async function runHere(lost: LostTask | undefined): Promise<number> {
  const { runCommands } = await import('./cli/commands.ts');
  return runCommands(argv, entry, lost);
}
