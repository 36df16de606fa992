import { plainText } from '../base/text.ts';
import type { CheckResult } from '../model/verdict.ts';
import type { TaskError } from '../model/word-schemas.ts';

/** What went wrong in a run, for the one that follows it. */
export interface Setback {
  error: TaskError;
  /** The checks of the run, with the end of their output as text. */
  checks: readonly CheckResult[];
}

/** What is said in the same session after a setback. */
export function resumeText(setback: Setback): string {
  const red = setback.checks.filter((check) => !check.passed);
  if (setback.error.class === 'check_failed' && red.length > 0) {
    return `${redText(red)}\n\nFind the cause and mend the work. Leave the checks themselves as they are.`;
  }
  return `Your last turn was cut short (${words(setback.error)}). Go on with the task where you stopped.`;
}

/** The task text with what an earlier run came to, for a run that knows nothing of it. */
export function againText(task: string, setback: Setback): string {
  const red = setback.checks.filter((check) => !check.passed);
  const what =
    setback.error.class === 'check_failed' && red.length > 0
      ? `${redText(red)}\n\nFind the cause and mend the work. Leave the checks themselves as they are.`
      : `It ended with ${words(setback.error)}.`;
  return `${task}\n\n---\nAn earlier attempt at this task has left its changes in this folder; look at them first and go on from there.\n${what}\n`;
}

function words(error: TaskError): string {
  return `${error.class}: ${plainText(error.message)}`;
}

function redText(red: readonly CheckResult[]): string {
  return red
    .map((check) => {
      const how = check.exit === null ? 'did not end in time' : `ended with exit status ${check.exit}`;
      const output = check.output.trim();
      return `The check \`${check.command}\` does not pass: it ${how}.${output === '' ? '' : `\nThe end of its output:\n\n${output}`}`;
    })
    .join('\n\n');
}
