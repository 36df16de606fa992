import { formatSeconds } from '../../base/time.ts';
import type { Approval } from '../../model/event.ts';
import { findingText } from '../../model/finding.ts';
import type { Workplace } from '../../model/plan.ts';
import type { Route } from '../../model/route.ts';
import type { StatusRow } from '../../model/status.ts';
import type { Summary } from '../../model/summary.ts';
import type { CheckResult, FileChange, Finding } from '../../model/verdict.ts';
import { statLines } from './diff.ts';
import { counted, cut, hanging, indent } from './lines.ts';
import { routeLines } from './route.ts';
import { paint, type Screen, statusStyle } from './screen.ts';
import { checkLine, summaryLines } from './summary.ts';

/** `orchestra.task-status/1`: what `status` gives for one task. */
export type TaskStatusDocument = StatusRow & {
  schema: 'orchestra.task-status/1';
  createdAt: string;
  route: Route | null;
  workplace: Workplace | null;
  limits: { timeoutSeconds: number; budgetUsd: number | null } | null;
  /** At most the first 200. */
  files: FileChange[];
  checks: CheckResult[];
  findings: Finding[];
  /** Why the checks no longer speak of the branch, or null. */
  stale: string | null;
  claims: { claim: string; fact: string; holds: boolean | null }[];
  collisions: { task: string; file: string; lines: [number, number] | null }[];
  approved: Approval | null;
  warnings: string[];
  pane: string | null;
  summary: Summary;
  events: { seq: number; at: string; run: number; type: string }[];
};

const tailLines = 10;
const mostFiles = 12;
const margin = 10;

/** One task in depth: why it stands where it stands, and how it came there. */
export function taskText(document: TaskStatusDocument, screen: Screen): string {
  const inner = { ...screen, width: screen.width - margin };
  const parts: [string, string[]][] = [
    ['result', summaryLines({ ...document.summary, checks: [], files: [] }, inner)],
    ['changes', changeLines(document, inner)],
    [
      'checks',
      [
        ...(document.stale === null ? [] : hanging('', document.stale, inner)),
        ...document.checks.flatMap((check) => checkLines(check, inner)),
      ],
    ],
    ['policy', document.findings.flatMap((finding) => findingLines(finding, inner))],
    ['claims', document.claims.flatMap((claim) => claimLines(claim, inner))],
    ['overlaps', document.collisions.flatMap((one) => overlapLines(one, inner))],
    ['landed', landedLines(document.approved, inner)],
    ['warnings', document.warnings.flatMap((warning) => hanging('', warning, inner))],
    [
      'route',
      document.route === null
        ? []
        : [...hanging('', document.route.why, inner), ...routeLines(document.route, inner)],
    ],
    ['place', placeLines(document, inner)],
    ['events', eventLines(document, inner)],
  ];
  const head = `${paint(screen, 'strong', document.task)}  ${paint(screen, statusStyle(document.status), document.status)}  `;
  const lead = `${document.task}  ${document.status}  `;
  const [first = '', ...more] = hanging(lead, document.title, screen);
  return [
    `${head}${first.slice(lead.length)}`,
    ...more,
    ...parts.filter(([, lines]) => lines.length > 0).flatMap(([name, lines]) => section(name, lines, screen)),
  ].join('\n');
}

function section(name: string, lines: readonly string[], screen: Screen): string[] {
  const [first = '', ...more] = lines;
  return [
    `${paint(screen, 'faint', name)}${' '.repeat(margin - name.length)}${first}`,
    ...indent(more, margin),
  ];
}

function checkLines(check: CheckResult, screen: Screen): string[] {
  const tail = check.passed ? [] : check.output.trimEnd().split('\n').slice(-tailLines);
  return [checkLine(check, screen), ...indent(tail.map((line) => cut(line, screen.width - 2, screen)))];
}

/** `warning` for what is said only, `override` where a person may let it through. */
function findingLines(finding: Finding, screen: Screen): string[] {
  const { severity, overridable } = finding;
  const lead = severity === 'warn' ? 'warning: ' : overridable ? 'needs you: ' : 'forbidden: ';
  return hanging(lead, findingText(finding), screen);
}

function changeLines({ files, task }: TaskStatusDocument, screen: Screen): string[] {
  if (files.length === 0) return [];
  const lines = statLines(files, screen);
  const shown = lines.slice(0, -1).slice(0, mostFiles);
  const more = files.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`and ${counted(more, 'more file')}: orchestra diff ${task} --stat`] : []),
    ...lines.slice(-1),
  ];
}

/** What it said and, under it, what is so. */
function claimLines({ claim, fact, holds }: TaskStatusDocument['claims'][number], screen: Screen): string[] {
  const style = holds === null ? 'waiting' : holds ? 'good' : 'bad';
  return [
    ...hanging('it says: ', claim, screen),
    ...hanging('we saw:  ', fact, screen).map((line) => paint(screen, style, line)),
  ];
}

function overlapLines(
  { task, file, lines }: TaskStatusDocument['collisions'][number],
  screen: Screen,
): string[] {
  const [first, last] = lines ?? [];
  const where = first === last ? `line ${first}` : `lines ${first} to ${last}`;
  return hanging('', `${task} changes ${file} too${lines === null ? '' : `, ${where}`}`, screen);
}

function landedLines(approved: Approval | null, screen: Screen): string[] {
  if (approved === null || approved.landed === null) return [];
  const { commit, onto, landed, how, checks = [], overrides = [] } = approved;
  const as = how === undefined || how === 'none' ? '' : ` (${how})`;
  return [
    ...hanging('', `${commit?.slice(0, 12)} on ${onto} as ${landed.slice(0, 12)}${as}`, screen),
    ...checks.map((check) => checkLine(check, screen)),
    ...overrides.flatMap(({ rule, reason }) => hanging('', `${rule} was let pass: ${reason}`, screen)),
  ];
}

function placeLines({ workplace, limits, pane, task }: TaskStatusDocument, screen: Screen): string[] {
  const budget = limits?.budgetUsd == null ? 'no budget' : `budget $${limits.budgetUsd.toFixed(2)}`;
  return [
    ...(workplace === null ? [] : hanging('', workplace.dir, screen)),
    ...(workplace?.notes ?? []).flatMap((note) => hanging('note: ', note, screen)),
    ...(limits === null ? [] : [`at most ${formatSeconds(limits.timeoutSeconds)}, ${budget}`]),
    ...(pane === null ? [] : [`pane ${pane}: orchestra attach ${task}`]),
  ];
}

/** The events with local time and the time since the first; `progressed` ones in a row as one line. */
function eventLines({ events, createdAt }: TaskStatusDocument, screen: Screen): string[] {
  const lines: string[] = [];
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index] as (typeof events)[number];
    let count = 1;
    while (event.type === 'progressed' && events[index + 1]?.type === 'progressed') {
      count += 1;
      index += 1;
    }
    const since = formatSeconds((Date.parse(event.at) - Date.parse(createdAt)) / 1000);
    const run = event.run > 0 ? ` run ${event.run}` : '';
    const times = count > 1 ? ` (${counted(count, 'time')})` : '';
    lines.push(
      `${clock(event.at)}  ${paint(screen, 'faint', `+${since}`.padEnd(8))}  ${event.type}${run}${times}`,
    );
  }
  return lines;
}

function clock(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
