import { exitStatusFor, explain } from './explain.ts';

/** Runs a command and returns its exit status; what it throws is told on standard error. */
export async function reported(command: () => number | Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    process.stderr.write(explain(error, process.stderr.isTTY === true && !process.env.NO_COLOR));
    return exitStatusFor(error);
  }
}
