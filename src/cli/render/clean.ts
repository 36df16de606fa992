import { hanging } from './lines.ts';
import { paint, type Screen } from './screen.ts';

/** `orchestra.clean/1`. */
interface CleanDocument {
  removed: { task: string; what: string; rescued?: string; untracked?: string[]; ignored?: string[] }[];
  kept: { task: string; why: string }[];
  dryRun: boolean;
}

const mostNames = 5;

/** What was removed, where the rest of it is kept, and what was left alone for which reason. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly CleanDocument[]).map((document) => cleanText(document, screen)).join('\n\n');
}

function cleanText({ removed, kept, dryRun }: CleanDocument, screen: Screen): string {
  if (removed.length === 0 && kept.length === 0) return 'nothing to clean';
  const verb = dryRun ? 'would remove' : 'removed';
  return [
    ...removed.flatMap((one) => [
      ...hanging(`${verb} ${one.task}: `, one.what, screen),
      ...moreLines(one, screen),
    ]),
    ...kept.flatMap(({ task, why }) =>
      hanging(`kept ${task}: `, why, screen).map((line) => paint(screen, 'faint', line)),
    ),
    ...(dryRun ? ['Nothing was changed.'] : []),
  ].join('\n');
}

function moreLines(
  { rescued, untracked = [], ignored = [] }: CleanDocument['removed'][number],
  screen: Screen,
): string[] {
  return [
    ...(rescued === undefined ? [] : hanging('  not landed, kept as ', rescued, screen)),
    ...(untracked.length === 0 ? [] : hanging('  in no commit before: ', namesIn(untracked), screen)),
    ...(ignored.length === 0 ? [] : hanging('  ignored by git, not kept: ', namesIn(ignored), screen)),
  ];
}

function namesIn(paths: readonly string[]): string {
  const more = paths.length - mostNames;
  return [...paths.slice(0, mostNames), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
