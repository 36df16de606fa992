import { oneLine } from '../../base/text.ts';
import { counted, hanging, indent } from './lines.ts';
import { paint, type Screen, type Style, signs } from './screen.ts';

/** `orchestra.doctor/1`. */
interface DoctorDocument {
  checks: {
    name: string;
    state: 'ok' | 'warning' | 'problem';
    detail: string;
    remedy: string | null;
    fixed?: boolean;
  }[];
}

type Check = DoctorDocument['checks'][number];

/** Every prerequisite, with its remedy where one is needed. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly DoctorDocument[])
    .map((document) => doctorText(document, screen))
    .join('\n\n');
}

const styles: Record<Check['state'], Style> = { ok: 'good', warning: 'waiting', problem: 'bad' };

function doctorText({ checks }: DoctorDocument, screen: Screen): string {
  const { ok, failed, none } = signs(screen);
  const marks: Record<Check['state'], string> = { ok, warning: '!', problem: failed };
  const room = Math.max(...Object.values(marks).map((mark) => mark.length)) + 1;
  const names = Math.max(0, ...checks.map((check) => check.name.length)) + 2;
  const lines = checks.flatMap((check) => {
    // Fine as it is, and yet there is something that could be done.
    const open = check.state === 'ok' && check.remedy !== null;
    const sign = open ? none : marks[check.state];
    const mark = `${paint(screen, open ? 'faint' : styles[check.state], sign)}${' '.repeat(room - sign.length)}`;
    const inner = { ...screen, width: screen.width - room };
    const [first = '', ...more] = hanging(
      check.name.padEnd(names),
      `${check.detail}${check.fixed ? ' (fixed)' : ''}`,
      inner,
    );
    // A command stays on one line, so that it can be copied.
    const remedy = check.remedy === null ? [] : indent([`hint: ${oneLine(check.remedy, 500)}`], names);
    return [`${mark}${first}`, ...indent([...more, ...remedy], room)];
  });
  return [...lines, '', totalLine(checks)].join('\n');
}

function totalLine(checks: readonly Check[]): string {
  const problems = checks.filter((check) => check.state === 'problem').length;
  const warnings = checks.filter((check) => check.state === 'warning').length;
  if (problems + warnings === 0) return 'All is well.';
  return [problems > 0 ? counted(problems, 'problem') : '', warnings > 0 ? counted(warnings, 'warning') : '']
    .filter((text) => text !== '')
    .join(', ');
}
