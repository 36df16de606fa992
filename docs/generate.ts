import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsPage } from './generator/commands.ts';
import { configurationPage } from './generator/configuration.ts';
import { documentsPage } from './generator/documents.ts';
import { filesPage } from './generator/files.ts';
import { page } from './generator/markdown.ts';
import { wordsPage } from './generator/words.ts';

const target = join(import.meta.dirname, 'reference.md');

/** The whole of `reference.md`. The same sources give the same text. */
export async function reference(): Promise<string> {
  const text = page([
    '# Reference',
    'Made by `npm run docs` from the sources. Change those, not this page.',
    await commandsPage(),
    wordsPage(),
    configurationPage(),
    documentsPage(),
    filesPage(),
  ]);
  return `${text}\n`;
}

function written(): string {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  const text = await reference();
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (text !== written()) {
    process.stderr.write(
      'docs/reference.md is not what the sources say; run `npm run docs` and commit it.\n',
    );
    process.exitCode = 1;
  }
}
