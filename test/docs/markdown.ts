import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** The text of a page under `docs/`. */
export function pageText(name: string): string {
  return readFileSync(join(docs, name), 'utf8');
}

/** The code blocks of a page that a comment `<!-- file: NAME -->` names, by that name. */
export function namedBlocks(name: string): Map<string, string> {
  const blocks = pageText(name).matchAll(/<!-- file: (.+?) -->\n```\w*\n([^]*?)```/g);
  return new Map([...blocks].map(([, file = '', text = '']) => [file, text]));
}
