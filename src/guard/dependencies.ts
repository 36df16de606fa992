import { basename } from 'node:path';
import type { Dependency } from './dependency.ts';
import { pyprojectToml, requirements } from './python-dependencies.ts';

/** A file that names dependencies, before and after a change; null where there was or is none. */
export interface ManifestChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** Whether dependencies are read from a file of this name. */
export function isManifest(path: string): boolean {
  return readerOf(path) !== undefined;
}

/** The dependencies that a change has added to a manifest; null when it cannot be read. */
export function newDependencies(
  path: string,
  before: string | null,
  after: string | null,
): Dependency[] | null {
  const read = readerOf(path);
  if (read === undefined || after === null) return [];
  const now = read(after);
  if (now === null) return null;
  const known = new Set((before === null ? [] : (read(before) ?? [])).map(({ name }) => name));
  return now.filter(
    ({ name }, index) => !known.has(name) && now.findIndex((one) => one.name === name) === index,
  );
}

type Reader = (text: string) => Dependency[] | null;

function readerOf(path: string): Reader | undefined {
  const name = basename(path);
  if (name === 'package.json') return packageJson;
  if (name === 'pyproject.toml') return pyprojectToml;
  if (name === 'Cargo.toml') return cargoToml;
  if (name === 'go.mod') return goMod;
  return /^requirements.*\.(txt|in)$/.test(name) || /(^|\/)requirements\/[^/]+\.txt$/.test(path)
    ? requirements
    : undefined;
}

const packageLists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function packageJson(text: string): Dependency[] | null {
  try {
    const value = JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;
    const entries = packageLists.flatMap((list) => Object.entries(Object(value?.[list])));
    const lines = text.split('\n');
    return entries.flatMap(([name, wanted]) => {
      const line = lines.findIndex((one) => one.includes(`${JSON.stringify(name)}:`)) + 1 || 1;
      // Another package under this name.
      const real = /^npm:(@?[^@]+)/.exec(String(wanted))?.[1];
      return [{ name, line }, ...(real === undefined ? [] : [{ name: real, line }])];
    });
  } catch {
    return null;
  }
}

function cargoToml(text: string): Dependency[] {
  let inList = false;
  let inOne = false;
  return numbered(text).flatMap(([content, line]) => {
    const table = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(content)?.[1];
    if (table !== undefined) {
      inList = /(^|\.)(dev-|build-)?dependencies$/.test(table);
      const named = /(?:^|\.)(?:dev-|build-)?dependencies\.["']?([\w-]+)["']?$/.exec(table)?.[1];
      inOne = named !== undefined;
      return named === undefined ? [] : [{ name: named, line }];
    }
    const name = inList ? /^\s*["']?([\w-]+)["']?\s*(?:\.[\w-]+\s*)?=/.exec(content)?.[1] : undefined;
    // Another crate under this name.
    const real = inList || inOne ? /\bpackage\s*=\s*["']([\w-]+)["']/.exec(content)?.[1] : undefined;
    return [name, real].flatMap((one) => (one === undefined ? [] : [{ name: one, line }]));
  });
}

function goMod(text: string): Dependency[] {
  let inList = false;
  return numbered(text).flatMap(([content, line]) => {
    const rest = content.replace(/\/\/.*$/, '').trim();
    if (/^require\s*\($/.test(rest)) inList = true;
    else if (rest === ')') inList = false;
    const name =
      /^require\s+"?([^\s"(]+)"?\s+\S+$/.exec(rest)?.[1] ??
      (inList ? /^"?([^\s"()]+)"?\s+v\S+$/.exec(rest)?.[1] : undefined) ??
      // What is taken in place of another module.
      /=>\s*"?([^\s".][^\s"]*)"?\s+v\S+$/.exec(rest)?.[1];
    return name === undefined ? [] : [{ name, line }];
  });
}

function numbered(text: string): [string, number][] {
  return text.split(/\r?\n/).map((content, index) => [content, index + 1]);
}
