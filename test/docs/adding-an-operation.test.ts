import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/base/exec.ts';
import { fieldsOf } from '../../src/cli/flags.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { namedBlocks } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'adding-an-operation-'));
const blocks = namedBlocks('adding-an-operation.md');
const example = join(scratch, 'src/operations/count.ts');

// A tree of links to the sources, with the files of the page put in.
beforeAll(() => {
  const files = [...blocks].filter(([name]) => name.startsWith('src/'));
  const parents = new Set(['src', ...files.map(([name]) => dirname(name)), 'src/cli']);
  for (const name of ['node_modules', 'package.json', 'tsconfig.json', 'config']) {
    symlinkSync(join(root, name), join(scratch, name));
  }
  for (const parent of [...parents].sort()) {
    mkdirSync(join(scratch, parent), { recursive: true });
    for (const name of readdirSync(join(root, parent))) {
      if (!parents.has(`${parent}/${name}`))
        symlinkSync(join(root, parent, name), join(scratch, parent, name));
    }
  }
  for (const [name, text] of files) writeFileSync(join(scratch, name), text);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function loadExample(): Promise<Operation<unknown>> {
  const { operation } = (await import(/* @vite-ignore */ pathToFileURL(example).href)) as {
    operation: Operation<unknown>;
  };
  return operation;
}

test('the flags of the operation of the page are derived from its input', async () => {
  const operation = await loadExample();
  expect(operation.name).toBe('count');
  expect(fieldsOf(operation)).toMatchObject([
    { name: 'status', short: 's', value: 'STATUS', required: false },
  ]);
  expect(fieldsOf(operation)[0]?.choices).toContain('review');
});

test('the files of the page pass the compiler', async () => {
  const files = [...blocks.keys()].filter((name) => name.startsWith('src/'));
  const config = {
    extends: './tsconfig.json',
    compilerOptions: { preserveSymlinks: true },
    include: [],
    files,
  };
  writeFileSync(join(scratch, 'tsconfig.example.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { code, stdout } = await run(process.execPath, [
    tsc,
    '--noEmit',
    '-p',
    join(scratch, 'tsconfig.example.json'),
  ]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

test('the line for the table has the form of the lines that are there', () => {
  const line = (blocks.get('table line') ?? '').trimEnd();
  const shape = (text: string) => text.replace(/\w+(?=: \(\))|(?<=\.\/)[\w-]+/g, 'X');
  const table = readFileSync(join(root, 'src/operations/table.ts'), 'utf8').split('\n');
  expect(table.map(shape)).toContain(shape(line));
});
