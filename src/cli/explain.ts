import { type ErrorCode, messageOf, OrchestraError } from '../base/errors.ts';

const exitStatus: Record<ErrorCode, number> = {
  usage: 2,
  config: 2,
  not_found: 2,
  unavailable: 2,
  conflict: 1,
  refused: 1,
  timeout: 5,
  over_budget: 4,
  internal: 1,
};

/** The exit status of a failed command (DESIGN section 7). */
export function exitStatusFor(error: unknown): number {
  return error instanceof OrchestraError ? exitStatus[error.code] : 1;
}

/** An error as a sentence, its hint on a line of its own. The trace only for what should never happen. */
export function explain(error: unknown, color: boolean): string {
  const red = (text: string) => (color ? `\u001b[31m${text}\u001b[39m` : text);
  if (error instanceof OrchestraError) {
    return `${red('orchestra:')} ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`;
  }
  const trace = error instanceof Error && process.env.ORCHESTRA_DEBUG ? `${error.stack}\n` : '';
  return `${red('orchestra:')} something went wrong inside: ${messageOf(error)}\n${trace}hint: orchestra doctor looks for the cause; ORCHESTRA_DEBUG=1 shows where it was.\n`;
}
