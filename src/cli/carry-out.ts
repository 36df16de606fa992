import { homeFrom } from '../model/home.ts';
import { operation as delegate } from '../operations/delegate.ts';
import type { Operation } from '../operations/operation.ts';
import { taskOfNonce } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { addOperation, programCommand } from './command.ts';
import { exitStatusFor, explain } from './explain.ts';
import { buildId, placeOf } from './same-program.ts';
import { showOperation } from './show-operation.ts';
import type { Streams } from './streams.ts';
import type { Request } from './wire.ts';

/** What a command prints and how it ends. */
interface Answer {
  exit: number;
  output: [stream: 1 | 2, text: string][];
}

/** More words than these are left to a process of their own. */
const LONGEST_ARGV = 64 * 1024;

/**
 * Does in the conductor what `delegate --detach` would do in a process of its own, up to the stored task. `begin` is
 * called right before it is stored. Throws for whatever is not exactly that, or goes wrong before; then nothing is stored.
 */
export async function carryOut(request: Request, world: World, begin: () => Promise<void>): Promise<Answer> {
  if (!isOurs(request, world)) throw new Error('not to be answered here');
  const { nonce, cwd, env, argv } = request;
  const output: Answer['output'] = [];
  const streams: Streams = {
    out: { ...request.out, write: (text) => output.push([1, String(text)]) },
    err: { ...request.err, write: (text) => output.push([2, String(text)]) },
  };
  const never = new AbortController().signal;
  const caller = {
    ...{ env, cwd, home: world.home, entry: world.entry, signal: never, insist: never },
    readStdin: () => Promise.reject(new Error('no standard input here')),
    behalf: { nonce, store: world.store, begin },
  };
  let exit: number | undefined;
  const program = programCommand().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  addOperation(program, 'delegate', delegate as Operation<unknown>, async (operation, input, wanted) => {
    if (!isSimple(input as Input)) throw new Error('not to be answered here');
    exit = await showOperation(operation, input, wanted, caller, streams);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (taskOfNonce(world.store, nonce) === undefined) throw error;
    streams.err.write(explain(error, request.err.isTTY === true && !env.NO_COLOR));
    exit = exitStatusFor(error);
  }
  if (exit === undefined) throw new Error('not done');
  return { exit, output };
}

/** Whether here and there are the same program, home, clock and folder. */
function isOurs({ build, argv, env, cwd, place }: Request, { home }: World): boolean {
  return (
    build === buildId() &&
    homeFrom(env).root === home.root &&
    env.TZ === process.env.TZ &&
    placeOf(cwd) === place &&
    argv.reduce((sum, word) => sum + word.length, 0) <= LONGEST_ARGV
  );
}

interface Input {
  task?: string;
  detach?: boolean;
  dryRun?: boolean;
}

// Files may be what only their own process can read, such as a pipe.
function isSimple({ task, detach, dryRun }: Input): boolean {
  return detach === true && dryRun !== true && task !== undefined && task !== '-';
}
