import './no-codegen.ts';
import { runCommand } from './program.ts';
import { reported } from './reported.ts';

/** Runs a command line and returns its exit status. Data goes to stdout, all else to stderr. */
export function runCommands(argv: readonly string[], entry: string): Promise<number> {
  leaveQuietlyOnClosedPipe();
  return reported(() => runCommand(argv, entry));
}

/** `orchestra status | head -1` ends without an error. */
function leaveQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}
