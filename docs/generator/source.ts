import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The text of a file of the project. */
export function sourceOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The doc comment before each top-level field of `export const <name> = z.…({ … })`, as one line. */
export function fieldComments(path: string, name: string): Map<string, string> {
  const comments = new Map<string, string>();
  let comment: string[] = [];
  for (const line of blockOf(sourceOf(path), name)) {
    const text = /^ {2}(?:\/\*\*|\*| \*)\s?(.*?)\s*(?:\*\/)?$/.exec(line)?.[1];
    const field = /^ {2}'?([\w-]+)'?:/.exec(line)?.[1];
    if (text !== undefined) comment.push(text);
    else if (field !== undefined) {
      const words = comment.join(' ').trim();
      if (words !== '') comments.set(field, words);
      comment = [];
    }
  }
  return comments;
}

/** The doc comment before `export const <name>`, as one line; empty when there is none. */
export function commentOf(path: string, name: string): string {
  const before = sourceOf(path).split(`\nexport const ${name} = `)[0] ?? '';
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before)?.[1] ?? '';
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim();
}

function blockOf(text: string, name: string): string[] {
  const from = text.split(`export const ${name} = `)[1];
  if (from === undefined)
    throw new Error(`docs/generator looks for ${name}, which is not exported there any more.`);
  return (from.split(/\n\}\);?/)[0] ?? '').split('\n');
}
