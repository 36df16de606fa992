import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { ensurePrivateDir, isAbsent, readJson, writeAtomic } from '../base/files.ts';
import { readYaml, type YamlFile } from '../base/yaml-file.ts';
import { type Environment, userFolder } from './layers.ts';

/** Keys of a repository's `config.yaml` that trust is given to. */
const guardedKeys = ['access', 'checks', 'checksFor', 'env', 'tests'] as const;
/** Folders under `.orchestra/` whose files would be executed. */
const guardedFolders = ['hooks', 'tools'] as const;
/** Its rules may replace the user's own, and say what lands without a person. */
const guardedFile = 'policy.yaml';

const TrustFile = z.object({ repos: z.record(z.string(), z.string()) });

/** How a repository stands. `none`: it holds nothing that needs trust. `changed`: it was trusted in another form. */
export interface TrustState {
  state: 'none' | 'trusted' | 'untrusted' | 'changed';
  /** What trust is about: `checks: ["npm test"] (.orchestra/config.yaml:4)`, `.orchestra/hooks/start`. */
  items: string[];
}

/** Whether what the repository would execute is trusted as it is now. */
export function trustState(root: string, env: Environment): TrustState {
  return stateOf(root, env, configFile(root));
}

/** The same for a configuration that is read already, so that exactly what was checked gets used. */
export function isTrusted(root: string, env: Environment, config: YamlFile): boolean {
  return stateOf(root, env, config).state === 'trusted';
}

/**
 * Trusts what the repository would execute, as it is now; what is returned is what was trusted. Throws `config` when
 * there is no folder to keep that in.
 */
export function trustRepo(root: string, env: Environment): TrustState {
  const file = trustFile(env);
  if (file === undefined) {
    throw new OrchestraError(
      'config',
      'Neither XDG_CONFIG_HOME nor HOME is set, so there is no place to keep trust.',
      {
        hint: 'Set HOME to your own folder.',
      },
    );
  }
  const { items, digest } = guardedPart(root, configFile(root));
  if (items.length === 0) return { state: 'none', items };
  ensurePrivateDir(join(file, '..'));
  writeAtomic(file, `${JSON.stringify({ repos: { ...trusted(file), [rootKey(root)]: digest } }, null, 2)}\n`);
  return { state: 'trusted', items };
}

function stateOf(root: string, env: Environment, config: YamlFile | undefined): TrustState {
  const { items, digest } = guardedPart(root, config);
  if (items.length === 0) return { state: 'none', items };
  const file = trustFile(env);
  const known = file === undefined ? undefined : trusted(file)[rootKey(root)];
  if (known === undefined) return { state: 'untrusted', items };
  return { state: known === digest ? 'trusted' : 'changed', items };
}

function configFile(root: string): YamlFile | undefined {
  return readYaml(join(root, '.orchestra', 'config.yaml'), '.orchestra/config.yaml');
}

function trustFile(env: Environment): string | undefined {
  const folder = userFolder(env);
  return folder === undefined ? undefined : join(folder, 'trust.json');
}

// A damaged file trusts nothing, which is the safe side.
function trusted(file: string): Record<string, string> {
  const result = TrustFile.safeParse(readJson(file));
  return result.success ? result.data.repos : {};
}

function rootKey(root: string): string {
  return fs.realpathSync(root);
}

function guardedPart(root: string, config: YamlFile | undefined): { items: string[]; digest: string } {
  const hash = createHash('sha256');
  const items: string[] = [];
  const values = Object(config?.value) as Record<string, unknown>;
  for (const key of guardedKeys) {
    if (!Object.hasOwn(values, key)) continue;
    const text = JSON.stringify(values[key]);
    items.push(`${key}: ${text} (${config?.lineOf([key])})`);
    addField(hash, 'value', key, text);
  }
  const rules = `.orchestra/${guardedFile}`;
  if (fs.statSync(join(root, rules), { throwIfNoEntry: false })?.isFile()) {
    items.push(rules);
    addField(hash, 'file', rules, fs.readFileSync(join(root, rules)));
  }
  for (const folder of guardedFolders) addFolder(hash, items, root, `.orchestra/${folder}`);
  return { items, digest: hash.digest('hex') };
}

function addFolder(hash: Hash, items: string[], root: string, name: string): void {
  for (const entry of entriesOf(join(root, name))) {
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory()) {
      addFolder(hash, items, root, path);
      continue;
    }
    items.push(path);
    if (entry.isSymbolicLink()) addField(hash, 'link', path, fs.readlinkSync(join(root, path)));
    else if (entry.isFile()) {
      const runnable = (fs.statSync(join(root, path)).mode & 0o111) === 0 ? 'file' : 'program';
      addField(hash, runnable, path, fs.readFileSync(join(root, path)));
    } else addField(hash, 'special', path, '');
  }
}

function entriesOf(dir: string): fs.Dirent[] {
  try {
    return fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

// Lengths keep two different trees from giving the same bytes.
function addField(hash: Hash, kind: string, name: string, content: string | Uint8Array): void {
  hash.update(`${kind} ${Buffer.byteLength(name)} ${name} ${Buffer.byteLength(content)} `).update(content);
}
