import { hanging, indent } from './lines.ts';
import type { Screen } from './screen.ts';

/** `orchestra.init/1`. */
interface InitDocument {
  repo: string;
  created: string[];
  kept: string[];
  checks: string[];
}

/** What `init` has written, and what to do with it. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly InitDocument[]).map((document) => initText(document, screen)).join('\n\n');
}

function initText({ repo, created, kept, checks }: InitDocument, screen: Screen): string {
  const configMade = created.some((path) => path.endsWith('config.yaml'));
  const found =
    checks.length > 0
      ? [`Each task is to be checked with: ${checks.join(', ')}`, 'Allow that: orchestra trust']
      : [
          'No command that checks the work was found; write yours under "checks:".',
          'Allow it then: orchestra trust',
        ];
  const next = created.some((path) => path.endsWith('example-task.yaml'))
    ? ['Try it: orchestra delegate --dry-run --file .orchestra/example-task.yaml']
    : [];
  return [
    `in ${repo}:`,
    ...indent([
      ...created.map((path) => `made ${path}`),
      ...kept.map((path) => `kept ${path}, which was there already`),
    ]),
    ...(configMade ? found.flatMap((line) => hanging('', line, screen)) : []),
    ...next,
  ].join('\n');
}
