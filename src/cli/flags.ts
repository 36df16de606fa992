import { type Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import type { FlagMeta, Operation } from '../operations/operation.ts';

/** A field of an operation's input, as JSON Schema and its own meta describe it. */
interface Field extends FlagMeta {
  name: string;
  type: string;
  many: boolean;
  required: boolean;
  choices: string[] | undefined;
  fallback: unknown;
}

const known = new WeakMap<Operation<unknown>, Field[]>();

/** The fields of an operation's input, in order. Made once: the conductor asks for every task it is handed. */
export function fieldsOf(operation: Operation<unknown>): Field[] {
  const fields = known.get(operation) ?? makeFields(operation);
  known.set(operation, fields);
  return fields;
}

function makeFields(operation: Operation<unknown>): Field[] {
  const schema = z.toJSONSchema(operation.input, { unrepresentable: 'any', io: 'input' }) as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const items = property.items as { enum?: string[] } | undefined;
    return {
      ...(property as unknown as FlagMeta),
      name,
      type: String(property.type ?? 'string'),
      many: property.type === 'array',
      required: schema.required?.includes(name) ?? false,
      choices: (property.enum as string[] | undefined) ?? items?.enum,
      fallback: property.default,
    };
  });
}

/** Gives a command the arguments and flags of its operation. */
export function addFields(command: Command, fields: readonly Field[]): void {
  for (const field of fields) {
    if (field.positional) command.argument(argumentText(field), field.description);
    else command.addOption(optionFor(field));
  }
}

function argumentText(field: Field): string {
  const name = `${field.value ?? field.name.toUpperCase()}${field.many ? '...' : ''}`;
  return field.required ? `<${name}>` : `[${name}]`;
}

function optionFor(field: Field): Option {
  const long = field.flag ?? kebab(field.name);
  const short = field.short === undefined ? '' : `-${field.short}, `;
  if (field.type === 'boolean') {
    return new Option(`${short}--${field.fallback === true ? `no-${long}` : long}`, field.description);
  }
  const option = new Option(`${short}--${long} <${field.value ?? 'VALUE'}>`, field.description);
  if (field.choices !== undefined && !field.many) option.choices(field.choices);
  else option.argParser((text: string, before: unknown) => parseValue(field, text, before));
  if (field.fallback !== undefined) option.default(undefined, String(field.fallback));
  if (field.required) option.makeOptionMandatory();
  return option;
}

function parseValue(field: Field, text: string, before: unknown): unknown {
  if (field.many) {
    // Commands may hold commas; task ids never do.
    const parts = field.name === 'after' ? text.split(',').map((part) => part.trim()) : [text];
    return [...((before as string[] | undefined) ?? []), ...parts];
  }
  if (field.type !== 'number' && field.type !== 'integer') return text;
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('Expected a number.');
  return number;
}

/** The input that a parsed command line comes to; what was not given is left out. */
export function inputFrom(
  fields: readonly Field[],
  words: readonly unknown[],
  options: Record<string, unknown>,
): object {
  const input: Record<string, unknown> = {};
  const positional = fields.filter((field) => field.positional);
  for (const [index, field] of positional.entries()) {
    const value = words[index];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) input[field.name] = value;
  }
  for (const field of fields) {
    if (field.positional) continue;
    const value = options[camel(field.flag ?? field.name)];
    if (value !== undefined) input[field.name] = value;
  }
  return input;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
