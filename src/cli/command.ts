import { Command } from 'commander';
import { type Operation, parseInput } from '../operations/operation.ts';
import { addFields, fieldsOf, inputFrom } from './flags.ts';
import type { Wanted } from './wanted.ts';

/** What is done with a command line that has been understood. */
export type Act = (operation: Operation<unknown>, input: unknown, wanted: Wanted) => Promise<void>;

/** The command of the program itself, with nothing below it. Writes usage errors as ours, throws them as commander's. */
export function programCommand(): Command {
  return new Command('orchestra')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'orchestra: ')) })
    .exitOverride()
    .enablePositionalOptions();
}

/** Puts an operation below a command, under its own name or the last word of it. `act` is called when it was asked for. */
export function addOperation(parent: Command, word: string, operation: Operation<unknown>, act: Act): void {
  const command = parent.command(word).description(operation.summary).exitOverride();
  command.configureOutput({
    outputError: (text, write) =>
      write(`${text.replace(/^error: /, 'orchestra: ')}hint: orchestra ${operation.name} --help\n`),
  });
  const fields = fieldsOf(operation);
  addFields(command, fields);
  command
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'no progress and no notes')
    .option('--no-color', 'no colour');
  if (operation.examples)
    command.addHelpText(
      'after',
      `\nExamples:\n${operation.examples.map((line) => `  ${line}`).join('\n')}\n`,
    );
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Record<string, unknown>>();
    const words = given.slice(0, -2);
    const what = `orchestra ${operation.name}`;
    const input = parseInput(operation.input, inputFrom(fields, words, options), what);
    await act(operation, input, {
      json: options.json === true,
      quiet: options.quiet === true,
      color: options.color !== false,
      still: operation.name === 'status',
    });
  });
}
