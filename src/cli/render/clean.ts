import { hanging } from './lines.ts';
import { paint, type Screen } from './screen.ts';

/** `orchestra.clean/1`. */
interface CleanDocument {
  removed: { task: string; what: string }[];
  kept: { task: string; why: string }[];
  dryRun: boolean;
}

/** What was removed, and what was kept for which reason. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly CleanDocument[]).map((document) => cleanText(document, screen)).join('\n\n');
}

function cleanText({ removed, kept, dryRun }: CleanDocument, screen: Screen): string {
  if (removed.length === 0 && kept.length === 0) return 'nothing to clean';
  const verb = dryRun ? 'would remove' : 'removed';
  return [
    ...removed.flatMap(({ task, what }) => hanging(`${verb} ${task}: `, what, screen)),
    ...kept.flatMap(({ task, why }) =>
      hanging(`kept ${task}: `, why, screen).map((line) => paint(screen, 'faint', line)),
    ),
  ].join('\n');
}
