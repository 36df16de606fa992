import { exitStatusFor, explain } from './explain.ts';
import { isOverview } from './is-overview.ts';

/** Runs a command line and returns its exit status. Data goes to stdout, all else to stderr. */
export async function main(argv: readonly string[], entry: string): Promise<number> {
  leaveQuietlyOnClosedPipe();
  try {
    if (isOverview(argv)) {
      const { showOverview } = await import('./quick-status.ts');
      showOverview(argv);
      return 0;
    }
    const { runCommand } = await import('./program.ts');
    return await runCommand(argv, entry);
  } catch (error) {
    process.stderr.write(explain(error, process.stderr.isTTY === true && !process.env.NO_COLOR));
    return exitStatusFor(error);
  }
}

/** `orchestra status | head -1` ends without an error. */
function leaveQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}
