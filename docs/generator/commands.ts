import { fieldsOf } from '../../src/cli/flags.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { loadOperation, type OperationName, table } from '../../src/operations/table.ts';
import { code, page, tableOf } from './markdown.ts';

type Field = ReturnType<typeof fieldsOf>[number];

/** Every command with its arguments and flags, from the operations table. */
export async function commandsPage(): Promise<string> {
  const operations: Operation<unknown>[] = [];
  for (const name of Object.keys(table) as OperationName[]) operations.push(await loadOperation(name));
  return page([
    '## Commands',
    'Every command also takes `--json` (JSON documents on standard output), `--quiet` (no progress and no notes), `--no-color` and `--help`. Data goes to standard output, everything else to standard error.',
    tableOf(
      ['command', 'what it does', 'changes anything'],
      operations.map(({ name, summary, effect }) => [
        `[${name}](#orchestra-${name.replaceAll(' ', '-')})`,
        summary,
        effect === 'write' ? 'yes' : 'no',
      ]),
    ),
    ...operations.map(commandPart),
  ]);
}

function commandPart(operation: Operation<unknown>): string {
  const fields = fieldsOf(operation);
  const words = fields.filter((field) => field.positional).map(argumentOf);
  const rows = fields
    .filter((field) => !field.hidden)
    .map((field) => [
      field.positional ? code(argumentOf(field)) : flagOf(field),
      field.description,
      extrasOf(field),
    ]);
  return page([
    `### orchestra ${operation.name}`,
    sentence(operation.summary),
    code(
      [
        'orchestra',
        operation.name,
        ...words,
        ...(fields.some((field) => !field.positional) ? ['[FLAGS]'] : []),
      ].join(' '),
    ),
    rows.length === 0 ? undefined : tableOf(['argument or flag', 'meaning', 'values'], rows),
    `Gives: ${operation.output}.`,
    operation.examples === undefined ? undefined : ['```sh', ...operation.examples, '```'].join('\n'),
  ]);
}

function argumentOf(field: Field): string {
  const name = `${field.value ?? field.name.toUpperCase()}${field.many ? '...' : ''}`;
  return field.required ? `<${name}>` : `[${name}]`;
}

function flagOf(field: Field): string {
  const kebab = (field.flag ?? field.name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const long = field.type === 'boolean' && field.fallback === true ? `--no-${kebab}` : `--${kebab}`;
  const value = field.type === 'boolean' ? '' : ` ${field.value ?? 'VALUE'}`;
  return [...(field.short === undefined ? [] : [code(`-${field.short}`)]), code(`${long}${value}`)].join(
    ', ',
  );
}

function extrasOf(field: Field): string {
  const many = field.many && !field.positional ? ['may be given again'] : [];
  const choices = field.choices === undefined ? [] : [field.choices.map(code).join(', ')];
  const usual =
    field.fallback === undefined || field.type === 'boolean' || field.many
      ? []
      : [`default ${code(String(field.fallback))}`];
  const required = field.required && !field.positional ? ['required'] : [];
  return [...required, ...choices, ...usual, ...many].join('; ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
