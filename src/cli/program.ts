import { type Command, CommanderError } from 'commander';
import { OrchestraError } from '../base/errors.ts';
import { groups, loadOperation, type OperationName, table } from '../operations/table.ts';
import { type Act, addOperation, programCommand } from './command.ts';
import { version } from './version.ts';

/** Parses a command line and does what it asks for. Returns 0, or 2 after a usage error that has been told. */
export async function runCommand(argv: readonly string[], act: Act): Promise<number> {
  try {
    refuseUnknownTopic(argv);
    const program = await buildProgram(argv, act);
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

const names = Object.keys(table) as OperationName[];

/** Only the command that is asked for is loaded; the help of the program needs them all. */
async function buildProgram(argv: readonly string[], act: Act): Promise<Command> {
  const program = programCommand()
    .description('One command in front of your coding agents.')
    .version(version(), '-V, --version')
    .helpCommand('help [COMMAND]', 'show the help of a command')
    .showSuggestionAfterError();
  const wanted = wantedNames(argv);
  for (const name of wanted) await addCommand(program, name, act);
  program.addHelpText(
    'after',
    '\nFirst steps:\n  orchestra demo      see it work, without any account\n  orchestra doctor    what is missing here\n',
  );
  if (argv.length === 0) program.action(() => program.outputHelp());
  return program;
}

/** `help WORD` for no command would give the help of the program, as if that had been asked for. */
function refuseUnknownTopic([first, topic]: readonly string[]): void {
  if (first !== 'help' || topic === undefined || topic.startsWith('-')) return;
  if (topic === 'help' || names.some((name) => name.split(' ')[0] === topic)) return;
  throw new OrchestraError('usage', `There is no command "${topic}".`, {
    hint: 'orchestra help lists them.',
  });
}

function wantedNames(argv: readonly string[]): OperationName[] {
  const words = argv.filter((word) => !word.startsWith('-'));
  const first = words[0];
  const own = names.filter((name) => name === first || name.startsWith(`${first} `));
  return own.length > 0 && !argv.includes('help') ? own : names;
}

async function addCommand(program: Command, name: OperationName, act: Act): Promise<void> {
  const operation = await loadOperation(name);
  const [group, leaf] = name.split(' ') as [string, string | undefined];
  addOperation(leaf === undefined ? program : groupOf(program, group), leaf ?? group, operation, act);
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
