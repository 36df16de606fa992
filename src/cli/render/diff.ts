import type { FileChange } from '../../model/verdict.ts';
import { counted, cutPath, widthOf } from './lines.ts';
import { paint, type Screen, type Style } from './screen.ts';

/** `orchestra.diff/1`. Without `text` only the counts were asked for. */
interface DiffDocument {
  task: string;
  live: boolean;
  files: FileChange[];
  text?: string;
  truncated?: boolean;
}

const mostBar = 40;

/** The change as git writes it, or what there is of each file. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly DiffDocument[]).map((document) => textOf(document, screen)).join('\n\n');
}

function textOf(document: DiffDocument, screen: Screen): string {
  const { task, files, text, truncated } = document;
  if (files.length === 0) return `${task} has changed nothing`;
  if (text === undefined) return statLines(files, screen).join('\n');
  const lines = text.trimEnd().split('\n');
  const shown = screen.color ? lines.map((line) => paint(screen, styleOf(line), line)) : lines;
  return [...shown, ...(truncated ? [`cut here; all of it: orchestra diff ${task} --all`] : [])].join('\n');
}

function styleOf(line: string): Style | undefined {
  if (
    /^(?:diff --git |index |--- |\+\+\+ |new file|deleted file|similarity |rename |old mode|new mode)/.test(
      line,
    )
  )
    return 'strong';
  if (line.startsWith('@@')) return 'busy';
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : undefined;
}

/** A line a file, as `git diff --stat` has them, and the sum. */
export function statLines(files: readonly FileChange[], screen: Screen): string[] {
  const sizes = files.map(({ additions, deletions }) =>
    additions === null || deletions === null ? 'binary' : `+${additions} -${deletions}`,
  );
  const room = Math.min(
    Math.max(...files.map(({ path }) => widthOf(path))),
    Math.max(20, screen.width - mostBar),
  );
  const added = files.reduce((sum, { additions }) => sum + (additions ?? 0), 0);
  const deleted = files.reduce((sum, { deletions }) => sum + (deletions ?? 0), 0);
  const lines = files.map(({ path, change }, index) => {
    const name = cutPath(path, room, screen);
    const what = change === 'modified' ? '' : ` (${change})`;
    return `${name}${' '.repeat(Math.max(0, room - widthOf(name)))}  ${paint(screen, 'faint', `${sizes[index]}${what}`)}`;
  });
  return [...lines, `${counted(files.length, 'file')} changed, +${added} -${deleted}`];
}
