import * as z from 'zod';
import { Check } from '../../src/model/check.ts';
import { documentSchemas } from '../../src/model/documents.ts';
import { PolicyRule } from '../../src/model/policy.ts';
import { Progress } from '../../src/model/report.ts';
import { Estimate, Route } from '../../src/model/route.ts';
import { Cost, CostSource, Usage } from '../../src/model/usage.ts';
import { CheckResult, Commit, FileChange, Finding, TestCounts } from '../../src/model/verdict.ts';
import { TaskError } from '../../src/model/word-schemas.ts';
import * as words from '../../src/model/words.ts';
import { code, matched, page, tableOf } from './markdown.ts';
import { commentOf, fieldComments } from './source.ts';
import { fieldTexts } from './texts.ts';

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  propertyNames?: Schema;
  additionalProperties?: Schema | boolean;
}

const home: Record<string, string> = {
  summary: 'model/summary.ts Summary',
  status: 'model/status.ts StatusDocument',
  task: 'model/documents.ts TaskDocument',
  route: 'model/route.ts Route',
  report: 'model/report.ts Report',
  ledger: 'model/ledger.ts LedgerLine',
  event: 'model/documents.ts EventDocument',
  request: 'model/request.ts TaskRequest',
  plan: 'model/plan.ts Plan',
  verdict: 'model/verdict.ts Verdict',
  launch: 'model/plan.ts Launch',
  exit: 'model/ending.ts ExitRecord',
  profile: 'model/profile.ts Profile',
  routes: 'model/routing.ts Routing',
  prices: 'model/prices.ts Prices',
  policy: 'model/policy.ts Policy',
};
// What people write has defaults; what programs read is whole.
const written = ['request', 'profile', 'routes', 'prices', 'policy'];

// Told once, by name wherever they occur.
const enums: Record<string, readonly string[]> = {
  Category: words.categories,
  Tier: words.tiers,
  Access: words.accessLevels,
  Status: words.taskStatuses,
  ErrorClass: words.errorClasses,
  Format: words.formats,
};
const shapes: [string, Schema][] = Object.entries({
  Route,
  Estimate,
  Cost,
  CostSource,
  Usage,
  Progress,
  FileChange,
  Commit,
  Check,
  CheckResult: CheckResult.omit({ output: true }),
  TestCounts,
  Finding,
  PolicyRule,
  TaskError,
}).map(([name, type]) => [name, schemaOf(type, 'output')]);

/** The documents that other programs read or write, field by field. */
export function documentsPage(): string {
  const places = matched('document', Object.keys(documentSchemas), home);
  return page([
    '## Documents',
    '`orchestra schema NAME` prints the JSON Schema of each. Fields are added, never changed. A `?` marks a field that may be absent. `Category`, `Tier`, `Access`, `Status`, `ErrorClass` and `Format` stand for the words listed under [Words](#words), the names below for what occurs in several documents.',
    tableOf(
      ['name', 'stands for'],
      shapes
        .filter(([name]) => name !== 'Route')
        .map(([name, schema]) => [name, code(typeText(schema, name))]),
    ),
    ...[...places].map(([name, place]) => documentPart(name, place)),
  ]);
}

function documentPart(name: string, place: string): string {
  const [file = '', constant = ''] = place.split(' ');
  const comments = fieldComments(`src/${file}`, constant);
  const schema = schemaOf(documentSchemas[name] as z.ZodType, written.includes(name) ? 'input' : 'output');
  const fields = Object.entries(schema.properties ?? {});
  const texts = fieldTexts[name] ?? {};
  const stray = Object.keys(texts).find(
    (field) => schema.properties?.[field] === undefined || comments.has(field),
  );
  if (stray !== undefined)
    throw new Error(`docs/generator describes ${name}.${stray}, which is gone or described in src.`);
  const rows = fields.map(([field, part]) => [
    code(`${field}${schema.required?.includes(field) ? '' : '?'}`),
    code(typeText(part, name === 'route' ? 'Route' : '')),
    comments.get(field) ?? texts[field] ?? '',
  ]);
  return page([
    `### ${name}`,
    commentOf(`src/${file}`, constant),
    tableOf(['field', 'type', 'meaning'], rows),
  ]);
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { unrepresentable: 'any', io, reused: 'inline' });
  return schema as Schema;
}

/** A type in the manner of TypeScript. `own` is the shape that is being spelled out. */
function typeText(schema: Schema, own = ''): string {
  const shape = shapes.find(
    ([name, known]) => name !== own && JSON.stringify(known) === JSON.stringify(schema),
  );
  if (shape !== undefined) return shape[0];
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return enumText(schema.enum);
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return forms.map((part) => typeText(part)).join(' | ');
  if (schema.type === 'array') return listText(schema.items ?? {});
  if (schema.type === 'object') return objectText(schema);
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
}

function enumText(values: unknown[]): string {
  const known = Object.entries(enums).find(([, list]) => JSON.stringify(list) === JSON.stringify(values));
  return known === undefined ? values.map((value) => JSON.stringify(value)).join(' | ') : known[0];
}

function listText(items: Schema): string {
  const text = typeText(items);
  return text.includes(' | ') && !text.startsWith('{') ? `(${text})[]` : `${text}[]`;
}

function objectText({ properties, required, propertyNames, additionalProperties }: Schema): string {
  if (properties === undefined) {
    const name = propertyNames?.enum === undefined ? 'name' : enumText(propertyNames.enum);
    return typeof additionalProperties === 'object'
      ? `{ [${name}]: ${typeText(additionalProperties)} }`
      : 'object';
  }
  const fields = Object.entries(properties).map(
    ([name, part]) => `${name}${required?.includes(name) ? '' : '?'}: ${typeText(part)}`,
  );
  return `{ ${fields.join(', ')} }`;
}
