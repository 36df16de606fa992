import * as fs from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { errnoOf, messageOf, OrchestraError } from './errors.ts';
import { isAbsent } from './files.ts';
import { knownYaml } from './known-yaml.ts';
import { closestTo } from './nearest.ts';
import { nodeAt, type SchemaNode } from './schema-node.ts';
import { offsetOf, type YamlPath } from './yaml-places.ts';

/** Longer files are refused: nobody writes such settings by hand. */
const maxBytes = 1024 * 1024;

/** A YAML file with the places of its values. An empty file is an empty mapping. */
export interface YamlFile {
  /** The file as messages name it. */
  label: string;
  value: unknown;
  /** `label:line:column` of the value at the path, or of the nearest one that is there. */
  placeOf(path: YamlPath): string;
  /** `label:line` of the key at the path. */
  lineOf(path: YamlPath): string;
  /** `label:line:column` of that key in the mapping at the path. */
  placeOfKey(path: YamlPath, key: string): string;
}

/** A fault of a checked value: `path` leads to it; `key` is set when the key itself is wrong. */
export interface Fault {
  path: YamlPath;
  key?: string;
  text: string;
  hint?: string;
}

/** Reads a YAML file; undefined when there is none. Throws `config` with the place of a syntax error. */
export function readYaml(path: string, label: string): YamlFile | undefined {
  try {
    const stat = fs.statSync(path);
    if (!stat.isFile()) throw new OrchestraError('config', `${label} is not a file.`);
    if (stat.size > maxBytes) throw new OrchestraError('config', `${label} is over 1 MB.`);
    return knownOrParsed(fs.readFileSync(path, 'utf8'), label);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (error instanceof OrchestraError) throw error;
    const hint = errnoOf(error) === 'EACCES' ? 'Make the file readable for you.' : undefined;
    throw new OrchestraError('config', `${label} cannot be read: ${messageOf(error)}.`, {
      hint,
      cause: error,
    });
  }
}

/** The same as `parseYaml`, without its work where the build has done it. */
function knownOrParsed(text: string, label: string): YamlFile {
  const known = knownYaml(text);
  if (known === undefined) return parseYaml(text, label);
  let parsed: YamlFile | undefined;
  const whole = () => {
    parsed ??= parseYaml(text, label);
    return parsed;
  };
  return {
    label,
    value: known.value,
    placeOf: (path) => whole().placeOf(path),
    lineOf: (path) => {
      const line = known.lines[JSON.stringify(path)];
      return line === undefined ? whole().lineOf(path) : `${label}:${line}`;
    },
    placeOfKey: (path, key) => whole().placeOfKey(path, key),
  };
}

/** Parses YAML text. Throws `config` for syntax errors, duplicate keys, unknown tags and several documents. */
export function parseYaml(text: string, label: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${label}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    throw new OrchestraError('config', `${place(fault.pos[0])}: ${syntaxText(fault, text)}.`, {
      hint: 'The file is not valid YAML there.',
    });
  }
  return {
    label,
    value: toValue(document, label),
    placeOf: (path) => place(offsetOf(document, path).value),
    lineOf: (path) => place(offsetOf(document, path).key).replace(/:\d+$/, ''),
    placeOfKey: (path, key) => place(offsetOf(document, [...path, key]).key),
  };
}

function syntaxText(fault: { code: string; message: string; pos: [number, number] }, text: string): string {
  if (fault.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(fault.pos[0]))?.[0] ?? '';
    return `the key "${key}" is there twice`;
  }
  if (fault.code === 'MULTIPLE_DOCS') return 'a second document begins, expected one only';
  return fault.message.charAt(0).toLowerCase() + fault.message.slice(1);
}

function toValue(document: Document, label: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new OrchestraError('config', `${label}: ${messageOf(error)}.`, { cause: error });
  }
}

/** The value as the schema gives it. Throws `config` naming the place, the fault and what was expected. */
export function checkYaml<S extends z.ZodType>(file: YamlFile, schema: S): z.output<S> {
  const result = schema.safeParse(file.value);
  if (result.success) return result.data;
  throw faultError(file, faultsOf(result.error.issues, schema, file.value));
}

/** The error for faults in a file, each on a line of its own with its place. */
export function faultError(file: YamlFile, faults: readonly Fault[]): OrchestraError {
  const lines = faults.map((fault) => {
    const place = fault.key === undefined ? file.placeOf(fault.path) : file.placeOfKey(fault.path, fault.key);
    return `${place}: ${fault.text}.`;
  });
  return new OrchestraError('config', lines.join('\n'), { hint: faults.find((fault) => fault.hint)?.hint });
}

/** A schema's complaints in our words, in the order of the schema. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, input: unknown): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const meant = meantBy(issue, input);
    if (meant !== undefined) return faultsOf(meant, schema, input);
    const node = nodeAt(schema as unknown as SchemaNode, issue.path, input);
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(node?.shape ?? {}).concat((node?.def.keyType?.options ?? []).map(String));
      return issue.keys.map((key) => unknownKey(issue.path, key, known));
    }
    const value = issue.path.reduce<unknown>((at, part) => Object(at)[part], input);
    const state = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return [
      {
        path: issue.path,
        text: `${pathText(issue.path)} ${state}, expected ${expectedBy(issue, node, value)}`,
      },
    ];
  });
}

// Of several forms, the one that the value has the shape of: its complaints tell more than all of them together.
function meantBy(issue: z.core.$ZodIssue, input: unknown): z.core.$ZodIssue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const value = issue.path.reduce<unknown>((at, part) => Object(at)[part], input);
  const fitting = issue.errors.filter(
    (one) => !one.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
  );
  if (typeof value !== 'object' || fitting.length !== 1) return undefined;
  return fitting[0]?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKey(path: YamlPath, key: string, known: readonly string[]): Fault {
  const near = closestTo(key, known);
  const where = path.length === 0 ? '' : ` in ${pathText(path)}`;
  const guess = near === undefined ? '' : `, did you mean "${near}"?`;
  const hint = known.length === 0 ? undefined : `The keys there are ${[...known].sort().join(', ')}.`;
  return { path, key, text: `unknown key "${key}"${where}${guess}`, hint };
}

function pathText(path: YamlPath): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

const nouns: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectedBy(issue: z.core.$ZodIssue, node: SchemaNode | undefined, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${nouns[issue.expected] ?? issue.expected}${rangeOf(node)}`;
    case 'invalid_value': {
      const near = typeof value === 'string' ? closestTo(value, issue.values.map(String)) : undefined;
      return `one of ${issue.values.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`;
    }
    case 'too_small':
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') return `a number${rangeOf(node)}`;
      return issue.origin === 'string' ? 'a text that is not empty' : 'a list that is not empty';
    case 'invalid_union':
      if ('options' in issue) return `one of ${(issue.options as unknown[]).join(', ')}`;
      return issue.errors.map((one) => one.map((inner) => expectedBy(inner, undefined, value))).join(' or ');
    default:
      return issue.message.replace(/^expected /, '');
  }
}

function rangeOf(node: SchemaNode | undefined): string {
  const [low, high] = [node?.minValue, node?.maxValue].map((limit) =>
    Math.abs(limit ?? Infinity) < 2 ** 53 - 1 ? limit : null,
  );
  if (low != null && high != null) return ` from ${low} to ${high}`;
  if (low != null) return ` of ${low} or more`;
  return high == null ? '' : ` of ${high} or less`;
}
