import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { addFields, fieldsOf, inputFrom } from '../../src/cli/flags.ts';
import { field, type Operation, parseInput } from '../../src/operations/operation.ts';

const input = z.object({
  words: field(z.array(z.string()).optional(), { description: 'words', positional: true, value: 'WORD' }),
  task: field(z.string().optional(), { description: 'text', value: 'TEXT' }),
  checks: field(z.array(z.string()).optional(), { description: 'checks', flag: 'check', value: 'CMD' }),
  after: field(z.array(z.string()).optional(), { description: 'after' }),
  budget: field(z.number().positive().optional(), { description: 'money' }),
  priority: field(z.number().int().optional(), { description: 'order', short: 'p' }),
  tier: field(z.enum(['trivial', 'complex']).optional(), { description: 'tier' }),
  by: field(z.enum(['tool', 'day']).default('tool'), { description: 'by' }),
  autoApprove: field(z.boolean().optional(), { description: 'land' }),
  worktree: field(z.boolean().default(true), { description: 'in place' }),
});
const operation = { name: 'test', input } as unknown as Operation<unknown>;

/** The input that a command line comes to, as the program makes it. */
function parse(...argv: string[]): object {
  const fields = fieldsOf(operation);
  const command = new Command('test')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  addFields(command, fields);
  command.action(() => {});
  command.parse(argv, { from: 'user' });
  return inputFrom(fields, command.processedArgs, command.opts());
}

const complete = (...argv: string[]) => parseInput(operation.input, parse(...argv), 'test');

test('flags are the fields in kebab case, and one that is on by default is turned off with no-', () => {
  const command = new Command('test');
  addFields(command, fieldsOf(operation));
  expect(command.options.map((option) => option.flags)).toEqual([
    '--task <TEXT>',
    '--check <CMD>',
    '--after <VALUE>',
    '--budget <VALUE>',
    '-p, --priority <VALUE>',
    '--tier <VALUE>',
    '--by <VALUE>',
    '--auto-approve',
    '--no-worktree',
  ]);
  expect(command.usage()).toBe('[options] [WORD...]');
});

test('what is not given is left out, and defaults are those of the input', () => {
  expect(parse()).toEqual({ worktree: true });
  expect(complete()).toEqual({ by: 'tool', worktree: true });
});

test('values have the types of their fields', () => {
  expect(
    complete(
      'a',
      '--auto-approve',
      '--no-worktree',
      '--budget',
      '2.5',
      '-p',
      '-3',
      '--tier=complex',
      '--by',
      'day',
      'b',
    ),
  ).toEqual({
    words: ['a', 'b'],
    autoApprove: true,
    worktree: false,
    budget: 2.5,
    priority: -3,
    tier: 'complex',
    by: 'day',
  });
});

test('checks are repeated and keep their commas, tasks to come after are parted at them', () => {
  expect(
    parse('--check', 'npm run a, b', '--check', 'c', '--after', 'task-1, task-2', '--after', 'task-3'),
  ).toMatchObject({
    checks: ['npm run a, b', 'c'],
    after: ['task-1', 'task-2', 'task-3'],
  });
});

test('a text is taken as it is, also when it looks like a flag or a number', () => {
  for (const text of ['-', '--json', '-x', '12', '', ' a\n"b" $(c) '])
    expect(parse(`--task=${text}`)).toMatchObject({ task: text });
  expect(parse('--', '--task', '-p')).toMatchObject({ words: ['--task', '-p'] });
});

test.each([
  [['--budget', 'two'], "error: option '--budget <VALUE>' argument 'two' is invalid. Expected a number."],
  [['--budget', ''], "error: option '--budget <VALUE>' argument '' is invalid. Expected a number."],
  [
    ['--budget', 'Infinity'],
    "error: option '--budget <VALUE>' argument 'Infinity' is invalid. Expected a number.",
  ],
  [
    ['--tier', 'hard'],
    "error: option '--tier <VALUE>' argument 'hard' is invalid. Allowed choices are trivial, complex.",
  ],
  [['--chekc', 'x'], "error: unknown option '--chekc'\n(Did you mean --check?)"],
  [['--task'], "error: option '--task <TEXT>' argument missing"],
])('%j is refused in a sentence', (argv, message) => {
  let error: unknown;
  try {
    parse(...argv);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CommanderError);
  expect((error as Error).message).toBe(message);
});

test('what only the input itself can judge names the field', () => {
  expect(() => complete('--budget', '-1')).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^test: budget: /) }),
  );
  expect(() => complete('--priority', '1.5')).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^test: priority: /) }),
  );
});
