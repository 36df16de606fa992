import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsPage } from './generator/commands.ts';
import { configurationPage } from './generator/configuration.ts';
import { documentsPage } from './generator/documents.ts';
import { filesPage } from './generator/files.ts';
import { page } from './generator/markdown.ts';
import { toolsPage } from './generator/tools-page.ts';
import { wordsPage } from './generator/words.ts';

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

/** Every generated page by its file name under docs/. */
export async function generatedPages(): Promise<Record<string, string>> {
  return { 'reference.md': await reference(), 'tools.md': `${toolsPage()}\n` };
}

function written(name: string): string {
  try {
    return readFileSync(join(import.meta.dirname, name), 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await generatedPages())) {
    if (!process.argv.includes('--check')) {
      writeFileSync(join(import.meta.dirname, name), text);
    } else if (text !== written(name)) {
      process.stderr.write(`docs/${name} is not what the sources say; run \`npm run docs\` and commit it.\n`);
      process.exitCode = 1;
    }
  }
}
