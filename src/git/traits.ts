import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../base/files.ts';

/** Names at the root that are looked at. */
const mostNames = 500;

const manifests: Record<string, string> = {
  'go.mod': 'go',
  'Cargo.toml': 'rust',
  'pyproject.toml': 'python',
  'setup.py': 'python',
  'requirements.txt': 'python',
  'pom.xml': 'java',
  'build.gradle': 'java',
  Gemfile: 'ruby',
  'package.json': 'javascript',
};
const partsOfTheirOwn = /^(frontend|front|web|www|ui|client|app|apps|packages|site|dashboard)$/;

/**
 * What a repository is made of, from the names at its root and its package.json: `file go.mod`, `package react`,
 * `only go` when nothing else is there. One look at a folder and one small file, whatever the size of the repository.
 */
export function repoTraits(root: string): string[] {
  let names: string[];
  try {
    names = fs.readdirSync(root).slice(0, mostNames);
  } catch {
    return [];
  }
  const languages = new Set(names.flatMap((name) => manifests[name] ?? []));
  const [only] = languages;
  const alone = languages.size === 1 && !names.some((name) => partsOfTheirOwn.test(name));
  return [
    ...names.map((name) => `file ${name}`),
    ...(names.includes('package.json') ? packagesOf(join(root, 'package.json')) : []),
    ...(alone && only !== undefined ? [`only ${only}`] : []),
  ];
}

function packagesOf(path: string): string[] {
  const manifest = readJson(path) as Partial<Record<string, unknown>> | null | undefined;
  return ['dependencies', 'devDependencies'].flatMap((key) => {
    const list = manifest?.[key];
    return typeof list === 'object' && list !== null
      ? Object.keys(list).map((name) => `package ${name}`)
      : [];
  });
}
