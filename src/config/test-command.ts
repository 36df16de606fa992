import * as fs from 'node:fs';
import { join } from 'node:path';
import { readIfExists, readJson } from '../base/files.ts';

/** The commands that probably test a repository, the likeliest first. Looks at files only. */
export function guessChecks(root: string): string[] {
  const has = (name: string) => fs.existsSync(join(root, name));
  const guesses = [
    nodeTest(root, has),
    /^test\s*:(?!=)/m.test(makefileOf(root)) ? 'make test' : undefined,
    pythonTest(root, has),
    has('Cargo.toml') ? 'cargo test' : undefined,
    has('go.mod') ? 'go test ./...' : undefined,
    has('phpunit.xml') || has('phpunit.xml.dist') ? 'composer install && vendor/bin/phpunit' : undefined,
  ];
  return guesses.filter((guess) => guess !== undefined);
}

/** The likeliest command that tests a repository, or ''. */
export function testCommandOf(root: string): string {
  return guessChecks(root)[0] ?? '';
}

function makefileOf(root: string): string {
  return readIfExists(join(root, 'Makefile')) ?? readIfExists(join(root, 'makefile')) ?? '';
}

interface Package {
  scripts?: { test?: unknown };
  dependencies?: object;
  devDependencies?: object;
}

const nodeManagers = [
  { lock: 'pnpm-lock.yaml', install: 'pnpm install --frozen-lockfile', test: 'pnpm test' },
  { lock: 'yarn.lock', install: 'yarn install', test: 'yarn test' },
  { lock: 'bun.lock', install: 'bun install', test: 'bun run test' },
  { lock: 'package-lock.json', install: 'npm ci', test: 'npm test' },
];

function nodeTest(root: string, has: (name: string) => boolean): string | undefined {
  const found = readJson(join(root, 'package.json')) as Package | null | undefined;
  const script = found?.scripts?.test;
  // What `npm init` writes there is no test.
  if (typeof script !== 'string' || script.trim() === '' || script.includes('no test specified'))
    return undefined;
  const manager = nodeManagers.find(({ lock }) => has(lock));
  const needs = Object.keys({ ...found?.dependencies, ...found?.devDependencies }).length > 0;
  if (manager === undefined) return needs ? 'npm install && npm test' : 'npm test';
  return needs ? `${manager.install} && ${manager.test}` : manager.test;
}

function pythonTest(root: string, has: (name: string) => boolean): string | undefined {
  const project = readIfExists(join(root, 'pyproject.toml'));
  if (project === undefined) return has('pytest.ini') ? 'python3 -m pytest' : undefined;
  if (!project.includes('pytest') && !has('tests') && !has('test')) return undefined;
  return has('uv.lock') ? 'uv run pytest' : 'python3 -m pytest';
}
