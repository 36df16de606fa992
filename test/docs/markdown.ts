import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** The code blocks of a page that a comment `<!-- file: NAME -->` names, by that name. */
export function namedBlocks(name: string): Map<string, string> {
  const blocks = readFileSync(join(docs, name), 'utf8').matchAll(
    /<!-- file: (.+?) -->\n```\w*\n([\s\S]*?)```/g,
  );
  return new Map([...blocks].map(([, file = '', text = '']) => [file, text]));
}
