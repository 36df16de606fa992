import { formatSeconds } from '../../base/time.ts';
import { hanging } from './lines.ts';
import { paint, type Screen } from './screen.ts';
import { table } from './table.ts';

/** `orchestra.config/1`. */
interface ConfigDocument {
  home: string;
  settings: { key: string; value: unknown; origin: string }[];
  untrusted: string[];
  hint: string | null;
}

type Setting = ConfigDocument['settings'][number];

/** Every setting with its value and where it comes from. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly ConfigDocument[])
    .map((document) => configText(document, screen))
    .join('\n\n');
}

function configText({ home, settings, untrusted, hint }: ConfigDocument, screen: Screen): string {
  const columns = [
    { head: 'KEY', cell: (row: Setting) => row.key },
    { head: 'VALUE', cell: (row: Setting) => valueText(row), flexible: true },
    { head: 'FROM', cell: (row: Setting) => row.origin, style: () => 'faint' as const },
  ];
  return [
    table(columns, settings, screen),
    '',
    `home: ${home}`,
    ...(untrusted.length === 0
      ? []
      : hanging(`${paint(screen, 'waiting', 'not trusted, so left out')}: `, untrusted.join(', '), screen)),
    ...(hint === null ? [] : hanging('hint: ', hint, screen)),
  ].join('\n');
}

/** The keys whose values are seconds. */
const durations = new Set(['timeout', 'grace', 'idle', 'checkTimeout', 'stall']);

function valueText({ key, value }: Setting): string {
  if (durations.has(key)) return formatSeconds(Number(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map(wordsOf).join(', ');
  return value === null ? 'none' : wordsOf(value);
}

function wordsOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
