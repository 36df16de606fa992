import './no-codegen.ts';
import { afterLoss, type LostTask } from '../operations/after-loss.ts';
import { perform } from './perform.ts';
import { runCommand } from './program.ts';
import { reported } from './reported.ts';

/**
 * Runs a command line and returns its exit status. Data goes to stdout, all else to stderr. `lost` is the task of a
 * `delegate --detach` whose answer was lost: it goes on with that one.
 */
export function runCommands(argv: readonly string[], entry: string, lost?: LostTask): Promise<number> {
  leaveQuietlyOnClosedPipe();
  return reported(async () => {
    let done = 0;
    const usage = await runCommand(argv, async (operation, input, wanted) => {
      const wished = lost === undefined ? operation : afterLoss(operation, lost);
      done = await perform(wished, input, wanted, entry);
    });
    return usage || done;
  });
}

/** `orchestra status | head -1` ends without an error. */
function leaveQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}
