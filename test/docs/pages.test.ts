import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fieldsOf } from '../../src/cli/flags.ts';
import { loadOperation, type OperationName, table } from '../../src/operations/table.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', ...listed('docs'), ...listed('docs/decisions')];
const everywhere = ['json', 'quiet', 'no-color', 'help'];

function listed(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('every link of the pages leads to a file, and to a heading of it', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
      ([, path = '', anchor]) => {
        const target = path === '' ? join(root, page) : resolve(root, dirname(page), path);
        const found = existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
        return found ? [] : [`${page}: ${path}#${anchor ?? ''} (${relative(root, target)})`];
      },
    ),
  );
  expect(broken).toEqual([]);
});

test('every command line in the pages is one that exists, with flags that exist', async () => {
  const wrong: string[] = [];
  // The example that the page adds is not there.
  for (const page of pages.filter((name) => !name.endsWith('adding-an-operation.md'))) {
    for (const [line = ''] of textOf(page).matchAll(/(?<=^|`|\$ |\.\/bin\/)orchestra [a-z][^`\n#]*/gm)) {
      if (!(await exists(line))) wrong.push(`${page}: ${line}`);
    }
  }
  expect(wrong).toEqual([]);
});

async function exists(line: string): Promise<boolean> {
  const [, first = '', second = ''] = line.trim().split(/\s+/);
  const name = [`${first} ${second}`, first].find((candidate) => Object.hasOwn(table, candidate));
  if (name === undefined) return Object.keys(table).some((candidate) => candidate.startsWith(`${first} `));
  const fields = fieldsOf(await loadOperation(name as OperationName));
  const long = fields.map(({ flag, name: field, fallback }) => {
    const kebab = (flag ?? field).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return fallback === true ? `no-${kebab}` : kebab;
  });
  const known = [...everywhere, ...long, ...fields.flatMap(({ short }) => short ?? [])];
  const given = [...line.replace(/"[^"]*"/g, '').matchAll(/(?<=\s)--?([a-z][a-z-]*)/g)];
  return given.every(([, flag = '']) => known.includes(flag));
}
