import { hanging, widthOf } from './lines.ts';
import { paint, type Screen } from './screen.ts';

/** `orchestra.artifacts/1`. */
interface ArtifactsDocument {
  task: string;
  folder: string;
  files: { path: string; bytes: number }[];
  bundle?: { file: string; files: number; bytes: number };
}

/** The files of a task with their sizes, or where they were packed. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly ArtifactsDocument[]).map((document) => textOf(document, screen)).join('\n\n');
}

function textOf({ task, folder, files, bundle }: ArtifactsDocument, screen: Screen): string {
  if (bundle !== undefined) {
    return hanging(
      '',
      `${task}: ${bundle.files} files packed into ${bundle.file} (${sizeOf(bundle.bytes)})`,
      screen,
    ).join('\n');
  }
  const room = Math.max(0, ...files.map(({ path }) => widthOf(path)));
  return [
    folder,
    ...files.map(
      ({ path, bytes }) =>
        `  ${path}${' '.repeat(room - widthOf(path))}  ${paint(screen, 'faint', sizeOf(bytes))}`,
    ),
  ].join('\n');
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
