import { basename } from 'node:path';

/** A file that names dependencies, before and after a change; null where there was or is none. */
export interface ManifestChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** A dependency and the line that names it. */
export interface Dependency {
  name: string;
  line: number;
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
    const names = packageLists.flatMap((list) => Object.keys(Object(value?.[list])));
    const lines = text.split('\n');
    return names.map((name) => ({
      name,
      line: lines.findIndex((one) => one.includes(`${JSON.stringify(name)}:`)) + 1 || 1,
    }));
  } catch {
    return null;
  }
}

function requirements(text: string): Dependency[] {
  return numbered(text).flatMap(([content, line]) => {
    const egg = /#egg=([\w.-]+)/.exec(content)?.[1];
    const plain = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[[<>=!~;@#]|$)/.exec(content)?.[1];
    const address = /^\s*(?:-e\s+|--editable[ =])?((?:git\+|https?:|file:|\.{0,2}\/)\S+)/.exec(content)?.[1];
    const name = egg ?? plain ?? address;
    return name === undefined ? [] : [{ name: address === name ? name : pythonName(name), line }];
  });
}

function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function cargoToml(text: string): Dependency[] {
  let inList = false;
  return numbered(text).flatMap(([content, line]) => {
    const table = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(content)?.[1];
    if (table !== undefined) {
      inList = /(^|\.)(dev-|build-)?dependencies$/.test(table);
      const named = /(?:^|\.)(?:dev-|build-)?dependencies\.["']?([\w-]+)["']?$/.exec(table)?.[1];
      return named === undefined ? [] : [{ name: named, line }];
    }
    const name = inList ? /^\s*["']?([\w-]+)["']?\s*(?:\.[\w-]+\s*)?=/.exec(content)?.[1] : undefined;
    return name === undefined ? [] : [{ name, line }];
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
      (inList ? /^"?([^\s"()]+)"?\s+v\S+$/.exec(rest)?.[1] : undefined);
    return name === undefined ? [] : [{ name, line }];
  });
}

function numbered(text: string): [string, number][] {
  return text.split(/\r?\n/).map((content, index) => [content, index + 1]);
}
