import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from './files.ts';

/** What a YAML text comes to, and the line of each key down to the second level by its path as JSON. */
export interface KnownYaml {
  value: unknown;
  lines: Record<string, number>;
}

/** The name of the file beside a bundle that holds what the shipped texts come to. */
export const knownYamlFile = 'known-yaml.json';

let known: Record<string, KnownYaml> | undefined;

/**
 * What the build found this text to be, to the byte; undefined for any other text, and where nothing was built. Reading
 * the shipped files would cost each start more than Node itself. Each call gives a value of its own.
 */
export function knownYaml(text: string): KnownYaml | undefined {
  if (known === undefined) {
    const path = join(dirname(fileURLToPath(import.meta.url)), knownYamlFile);
    known = fs.existsSync(path) ? ((readJson(path) ?? {}) as Record<string, KnownYaml>) : {};
  }
  const found = Object.hasOwn(known, text) ? known[text] : undefined;
  return found && { ...found, value: structuredClone(found.value) };
}
