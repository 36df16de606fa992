import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { checkYaml, faultsOf } from '../base/yaml-file.ts';
import { Config } from '../model/config.ts';
import { accessLevels } from '../model/words.ts';
import { type Environment, type Layer, readLayers } from './layers.ts';
import { isTrusted } from './trust.ts';

/** A key of `config.yaml`. */
export type ConfigKey = keyof Config;

/** Values given on the command line, as typed there; undefined ones do not count. */
export type ConfigFlags = Partial<Record<ConfigKey, unknown>>;

/** The configuration in force. */
export interface LoadedConfig {
  config: Config;
  /** Where each value comes from: `.orchestra/config.yaml:3`, `ORCHESTRA_PARALLEL` or `--parallel`. */
  origins: Record<ConfigKey, string>;
  /** Values of the repository left out until `orchestra trust`, each as `checks (.orchestra/config.yaml:4)`. */
  untrusted: string[];
  /** What to do about them. */
  hint: string | undefined;
}

/** Where configuration is looked for. `repoRoot` is the absolute path of the repository, if any. */
export interface ConfigSources {
  env: Environment;
  repoRoot?: string | undefined;
  flags?: ConfigFlags;
}

interface Gathered {
  values: Partial<Config>;
  origins: Partial<Record<ConfigKey, string>>;
  untrusted: string[];
}

const keys = Object.keys(Config.shape) as ConfigKey[];

/**
 * Shipped < user < repository < environment < flags; a later value replaces an earlier one whole, lists too.
 * Throws `config` naming file, line and column, or the variable or flag.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const gathered: Gathered = { values: {}, origins: {}, untrusted: [] };
  for (const layer of readLayers('config.yaml', sources.env, sources.repoRoot))
    addLayer(gathered, layer, sources);
  for (const key of keys) {
    const text = sources.env[variableOf(key)];
    if (text) add(gathered, key, variableOf(key), fromText(key, text, variableOf(key)));
  }
  for (const key of keys) {
    const given = sources.flags?.[key];
    if (given !== undefined) add(gathered, key, flagOf(key), checked(key, given, flagOf(key)));
  }
  const missing = keys.filter((key) => gathered.values[key] === undefined);
  if (missing.length > 0)
    throw new OrchestraError('internal', `config/config.yaml lacks ${missing.join(', ')}.`);
  return {
    config: gathered.values as Config,
    origins: gathered.origins as Record<ConfigKey, string>,
    untrusted: gathered.untrusted,
    hint: gathered.untrusted.length > 0 ? trustHint : undefined,
  };
}

const trustHint = 'Read what they would do, then run `orchestra trust` in the repository.';

function addLayer(gathered: Gathered, layer: Layer, { env, repoRoot }: ConfigSources): void {
  const values = checkYaml(layer.file, Config.partial());
  const given = keys.filter((key) => values[key] !== undefined);
  const guarded =
    layer.name === 'repo' ? given.filter((key) => needsTrust(key, values, gathered.values)) : [];
  const trusted = guarded.length === 0 || (repoRoot !== undefined && isTrusted(repoRoot, env, layer.file));
  for (const key of given) {
    const origin = layer.file.lineOf([key]);
    if (!trusted && guarded.includes(key)) gathered.untrusted.push(`${key} (${origin})`);
    else add(gathered, key, origin, values[key]);
  }
}

// Checks run as they stand; `env` hands out secrets; access may be lowered freely, not raised.
function needsTrust(key: ConfigKey, values: Partial<Config>, below: Partial<Config>): boolean {
  if (key === 'access') return rank(values.access) > rank(below.access);
  return key === 'checks' || key === 'checksFor' || key === 'tests' || key === 'env';
}

function rank(access: Config['access'] | undefined): number {
  return access === undefined ? -1 : accessLevels.indexOf(access);
}

function add(gathered: Gathered, key: ConfigKey, origin: string, value: unknown): void {
  Object.assign(gathered.values, { [key]: value });
  gathered.origins[key] = origin;
}

/** The environment variable of a key: `ORCHESTRA_CHECK_TIMEOUT` for `checkTimeout`. */
export function variableOf(key: ConfigKey): string {
  return `ORCHESTRA_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

function flagOf(key: ConfigKey): string {
  return `--${key.replace(/[A-Z]/g, '-$&').toLowerCase()}`;
}

// A list is a JSON list, or one entry a line, since a check may hold any other separator. A map is a JSON object.
function fromText(key: ConfigKey, text: string, origin: string): unknown {
  const schema: z.ZodType = Config.shape[key];
  const nullable = schema instanceof z.ZodNullable;
  if (nullable && text.trim() === 'null') return null;
  const { type } = (nullable ? (schema.unwrap() as z.ZodType) : schema).def;
  if (type === 'record') return checked(key, jsonValue(text, origin, '{'), origin);
  if (type === 'number')
    return checked(key, /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text, origin);
  if (type !== 'array') return checked(key, text, origin);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return checked(key, text.trim().startsWith('[') ? jsonValue(text, origin, '[') : lines, origin);
}

function jsonValue(text: string, origin: string, begin: '[' | '{'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw begin === '['
      ? new OrchestraError('config', `${origin} begins with [ and is not a JSON list.`, {
          hint: `Write ${origin}='["one","two"]', or one entry a line.`,
        })
      : new OrchestraError('config', `${origin} is not a JSON object.`, {
          hint: `Write ${origin}='{"name":1}'.`,
        });
  }
}

function checked(key: ConfigKey, value: unknown, origin: string): unknown {
  const schema: z.ZodType = Config.shape[key];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = faultsOf(result.error.issues, schema, value).map((fault) =>
    fault.text.replace(/^the file /, ''),
  );
  throw new OrchestraError('config', `${origin} ${faults.join('; ')}.`);
}
