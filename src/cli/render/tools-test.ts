import { counted, hanging, indent } from './lines.ts';
import { paint, type Screen, type Style, signs } from './screen.ts';

interface Check {
  name: string;
  passed: boolean | null;
  detail: string;
}

/** `orchestra.tool-test/1`. */
interface ToolTestDocument {
  tool: string;
  dir: string;
  checks: Check[];
}

/** Each check of a tool's folder: kept, broken, or nothing to look at. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly ToolTestDocument[])
    .map((document) => testText(document, screen))
    .join('\n\n');
}

function testText({ tool, dir, checks }: ToolTestDocument, screen: Screen): string {
  const { ok, failed, none } = signs(screen);
  const room = Math.max(ok.length, failed.length, none.length) + 1;
  const names = Math.max(0, ...checks.map(({ name }) => name.length)) + 2;
  const lines = checks.flatMap(({ name, passed, detail }) => {
    const sign = passed === null ? none : passed ? ok : failed;
    const style: Style = passed === null ? 'faint' : passed ? 'good' : 'bad';
    const inner = { ...screen, width: screen.width - room };
    const [first = '', ...more] = hanging(name.padEnd(names), detail, inner);
    return [`${paint(screen, style, sign)}${' '.repeat(room - sign.length)}${first}`, ...indent(more, room)];
  });
  return [...hanging(`${tool}: `, dir, screen), ...lines, '', totalOf(tool, checks)].join('\n');
}

function totalOf(tool: string, checks: readonly Check[]): string {
  const failed = checks.filter(({ passed }) => passed === false).length;
  const unseen = checks.filter(({ passed }) => passed === null).length;
  const rest = unseen === 0 ? '' : `, ${unseen} with nothing to look at`;
  return failed === 0
    ? `${tool} keeps the contract: ${checks.length - unseen} of ${counted(checks.length, 'check')}${rest}.`
    : `${tool} breaks ${counted(failed, 'check')} of ${checks.length}${rest}.`;
}
