import { oneLine, plainText } from '../../base/text.ts';
import { formatSeconds } from '../../base/time.ts';
import type { Summary } from '../../model/summary.ts';
import type { FileChange } from '../../model/verdict.ts';
import { priceText, tokensText } from './figures.ts';
import { counted, cut, cutPath, hanging, indent, packed, widthOf, wrap } from './lines.ts';
import { nextText } from './next-steps.ts';
import { paint, passSign, type Screen, signs, statusStyle } from './screen.ts';

const mostFiles = 10;
const mostAnswerLines = 12;

/** The summary of a task: what came of it, what it changed, what it cost, what to do next. */
export function summaryText(summary: Summary, screen: Screen): string {
  return [headLine(summary, screen), ...indent(summaryLines(summary, narrower(screen)))].join('\n');
}

function headLine(summary: Summary, screen: Screen): string {
  const { task, status, headline } = summary;
  const lead = `${task}  ${status}  `;
  const [first = '', ...more] = hanging(lead, headline, screen);
  const painted = `${paint(screen, 'strong', task)}  ${paint(screen, statusStyle(status), status)}  `;
  return [`${painted}${first.slice(lead.length)}`.trimEnd(), ...more].join('\n');
}

/** The parts of a summary below its first line, in the order of what matters. */
export function summaryLines(summary: Summary, screen: Screen): string[] {
  return [
    ...(summary.reason === '' ? [] : wrap(summary.reason, screen.width)),
    ...fileLines(summary.files, screen),
    ...summary.checks.map((check) => checkLine(check, screen)),
    ...errorLines(summary, screen),
    ...questionLines(summary, screen),
    ...answerLines(summary, screen),
    ...packed('', costParts(summary), screen),
    ...branchLines(summary, screen),
    ...nextText(summary, screen),
  ];
}

/** The screen for lines that get indented by two. */
export function narrower(screen: Screen): Screen {
  return { ...screen, width: screen.width - 2 };
}

const letters: Record<FileChange['change'], string> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  renamed: 'R',
  'type-changed': 'T',
};

function fileLines(files: readonly FileChange[], screen: Screen): string[] {
  const shown = files.slice(0, mostFiles);
  const room = Math.min(
    Math.max(0, ...shown.map((file) => widthOf(plainText(file.path)))),
    screen.width - 16,
  );
  const lines = shown.map((file) => {
    const path = cutPath(file.path, room, screen);
    const size =
      file.additions === null || file.deletions === null ? 'binary' : `+${file.additions} -${file.deletions}`;
    return `${letters[file.change]} ${path}${' '.repeat(room - widthOf(path))}  ${paint(screen, 'faint', size)}`;
  });
  const more = files.length - shown.length;
  return more > 0 ? [...lines, `and ${counted(more, 'more file')}`] : lines;
}

/** `✓ npm test (12 passed, 3.2s)`, `✗ npm run lint (exit 1, 0.4s; failed before too)`. */
export function checkLine(check: Summary['checks'][number], screen: Screen): string {
  const how = check.passed ? '' : check.exit === null ? 'stopped, ' : `exit ${check.exit}, `;
  const end = ` (${how}${countsText(check)}${formatSeconds(check.seconds)}${beforeText(check)})`;
  const { ok, failed } = signs(screen);
  const room = screen.width - widthOf(check.passed ? ok : failed) - 1 - end.length;
  return `${passSign(screen, check.passed)} ${cut(check.command, room, screen)}${end}`;
}

function countsText({ counts }: Summary['checks'][number]): string {
  if (counts === undefined) return '';
  const parts = (['failed', 'passed', 'skipped'] as const).filter((word) => counts[word]);
  return parts.map((word) => `${counts[word]} ${word}, `).join('');
}

function beforeText({ baseline }: Summary['checks'][number]): string {
  if (baseline === 'passed') return '; passed before';
  return baseline === 'failed' ? '; failed before too' : '';
}

// The reason names the first error already.
function errorLines({ errors, reason }: Summary, screen: Screen): string[] {
  const unsaid = errors.map((error) => `${error.class}: ${error.message}`).filter((text) => text !== reason);
  return unsaid.flatMap((text) => hanging('error: ', text, screen));
}

function questionLines({ questions, reason }: Summary, screen: Screen): string[] {
  const unsaid = questions.filter((question) => !reason.includes(question));
  return unsaid.flatMap((question) => hanging('asks: ', question, screen));
}

function answerLines(summary: Summary, screen: Screen): string[] {
  const answer = plainText(summary.answer).trim().split('\n');
  // The headline is the first line of the answer.
  if (summary.headline.endsWith(oneLine(answer[0] ?? '', 1000))) answer.shift();
  const text = answer.join('\n').trim();
  if (text === '') return summary.truncated ? [restLine(summary)] : [];
  const lines = wrap(text, screen.width - 2);
  const shown = lines.slice(0, mostAnswerLines);
  const isCut = lines.length > shown.length || summary.truncated;
  return ['', ...indent(shown), ...(isCut ? ['', restLine(summary)] : [''])];
}

function restLine(summary: Summary): string {
  return `cut here; all of it: orchestra logs ${summary.task}`;
}

function costParts(summary: Summary): string[] {
  const { cost, seconds, runs } = summary;
  const parts = [`cost ${priceText(cost)}`];
  if (cost.tokens !== null) parts.push(tokensText(cost.tokens));
  return [...parts, formatSeconds(seconds), runs === 1 ? 'run 1' : counted(runs, 'run')];
}

function branchLines({ branch, base, commit }: Summary, screen: Screen): string[] {
  if (branch === null) return [];
  const from = base === null ? '' : ` (from ${/^[0-9a-f]{40,}$/.test(base) ? base.slice(0, 12) : base})`;
  const at = commit === null ? [] : [`commit ${commit.slice(0, 12)}`];
  return packed('', [`branch ${branch}${from}`, ...at], screen);
}
