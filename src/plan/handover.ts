import { clipBytes } from '../base/text.ts';
import type { TaskView } from '../model/task-view.ts';
import { lastRun } from '../model/task-view.ts';
import type { TaskError } from '../model/word-schemas.ts';

const mostDiffBytes = 24 * 1024;
const mostOutputBytes = 4 * 1024;

/**
 * What another agent is told of the one before it, to stand after the task's own text: what it did, as a diff, and why
 * that was not enough. `diff` is '' when it changed nothing.
 */
export function handoverText(view: TaskView, diff: string, errors: readonly TaskError[]): string {
  const run = lastRun(view);
  const who = run?.plan?.tool ?? 'another agent';
  const red = (run?.verdict?.checks ?? []).filter((check) => !check.passed);
  return [
    '---',
    `${who} has worked on this before you, and it was not accepted. Its work is in your working folder.`,
    '',
    'Why it was not accepted:',
    ...(errors.length > 0
      ? errors.map(({ class: word, message }) => `- ${word}: ${message}`)
      : [`- ${view.reason}`]),
    ...red.flatMap((check) => [
      '',
      `The check \`${check.command}\` (${check.exit === null ? 'was stopped' : `exit ${check.exit}`}) said:`,
      ...fenced(lastBytes(check.output, mostOutputBytes)),
    ]),
    '',
    ...(diff === ''
      ? ['It changed no file.']
      : ['What it changed:', ...fenced(clipBytes(diff, mostDiffBytes), 'diff')]),
    '',
    'Keep what is right of it, mend or undo the rest, and finish the task.',
  ].join('\n');
}

function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text.trimEnd());
  return bytes.length <= limit
    ? bytes.toString()
    : bytes
        .subarray(bytes.length - limit)
        .toString()
        .replace(/^[^\n]*\n/, '');
}

// Longer than any fence inside.
function fenced(text: string, language = ''): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence];
}
