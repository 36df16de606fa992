import { Command, CommanderError } from 'commander';
import { OrchestraError } from '../base/errors.ts';
import { parseInput } from '../operations/operation.ts';
import { groups, loadOperation, type OperationName, table } from '../operations/table.ts';
import { addFields, fieldsOf, inputFrom } from './flags.ts';
import { perform } from './perform.ts';
import { version } from './version.ts';

/** Parses a command line, runs it and returns its exit status. Throws what the operation throws. */
export async function runCommand(argv: readonly string[], entry: string): Promise<number> {
  let status = 0;
  try {
    const program = await buildProgram(argv, entry, (exit) => {
      status = exit;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

const names = Object.keys(table) as OperationName[];

/** Only the command that is asked for is loaded; the help of the program needs them all. */
async function buildProgram(
  argv: readonly string[],
  entry: string,
  settle: (exit: number) => void,
): Promise<Command> {
  const program = new Command('orchestra')
    .description('One command in front of your coding agents.')
    .version(version(), '-V, --version')
    .helpCommand('help [COMMAND]', 'show the help of a command')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'orchestra: ')) })
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions();
  const wanted = wantedNames(argv);
  for (const name of wanted) await addCommand(program, name, entry, settle);
  program.addHelpText(
    'after',
    '\nFirst steps:\n  orchestra demo      see it work, without any account\n  orchestra doctor    what is missing here\n',
  );
  if (argv.length === 0) program.action(() => program.outputHelp());
  return program;
}

function wantedNames(argv: readonly string[]): OperationName[] {
  const words = argv.filter((word) => !word.startsWith('-'));
  const first = words[0];
  const own = names.filter((name) => name === first || name.startsWith(`${first} `));
  return own.length > 0 && !argv.includes('help') ? own : names;
}

async function addCommand(
  program: Command,
  name: OperationName,
  entry: string,
  settle: (exit: number) => void,
): Promise<void> {
  const operation = await loadOperation(name);
  const [group, leaf] = name.split(' ') as [string, string | undefined];
  const parent = leaf === undefined ? program : groupOf(program, group);
  const command = parent
    .command(leaf ?? group)
    .description(operation.summary)
    .exitOverride();
  command.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'orchestra: ')) });
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
    const input = parseInput(operation.input, inputFrom(fields, words, options), `orchestra ${name}`);
    settle(
      await perform(
        operation,
        input,
        {
          json: options.json === true,
          quiet: options.quiet === true,
          color: options.color !== false,
          still: name === 'status',
        },
        entry,
      ),
    );
  });
}

function leavesOf(group: string): string[] {
  return names.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1));
}

function groupOf(program: Command, group: string): Command {
  const known = program.commands.find((command) => command.name() === group);
  if (known !== undefined) return known;
  return program
    .command(group)
    .description(`${groups[group] ?? group}: ${leavesOf(group).join(', ')}`)
    .exitOverride()
    .action(() => {
      throw new OrchestraError('usage', `orchestra ${group} needs one of its commands.`, {
        hint: `orchestra ${group} --help`,
      });
    });
}
