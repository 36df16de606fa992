import { hanging, indent } from './lines.ts';
import type { Screen } from './screen.ts';

/** `orchestra.trust/1`. */
interface TrustDocument {
  repo: string;
  state: string;
  items: string[];
}

/** What of a repository is allowed to run now. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly TrustDocument[]).map((document) => trustText(document, screen)).join('\n\n');
}

function trustText({ repo, items }: TrustDocument, screen: Screen): string {
  if (items.length === 0)
    return hanging(
      '',
      `${repo} holds nothing that would be executed; there is nothing to trust.`,
      screen,
    ).join('\n');
  return [
    `Trusted in ${repo}:`,
    ...indent(items.flatMap((item) => hanging('', item, screen))),
    'A change of these asks again.',
  ].join('\n');
}
