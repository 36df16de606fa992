import * as fs from 'node:fs';
import { connect, type Socket } from 'node:net';
import { knownSocket } from '../base/socket-path.ts';
import { homeFrom } from '../model/home.ts';
import type { LostTask } from '../operations/after-loss.ts';
import { print } from './print.ts';
import { buildId, doorName, placeOf } from './same-program.ts';
import { type Request, Wire } from './wire.ts';

/** How long a conductor may take to look up, to think the task through, and to store it, in milliseconds. */
const SEEN_MS = 500;
const READY_MS = 15_000;
const STORED_MS = 30_000;

/**
 * Has the conductor that runs store the task of `delegate --detach`, and returns the exit status. Undefined when it
 * does not: then nothing is stored, and the command does it itself. A task whose answer was lost may be stored or not. See ADR 13.
 */
export async function handOver(argv: readonly string[]): Promise<number | LostTask | undefined> {
  const onInterrupt = () => {};
  const ready = await prepared(argv);
  if (ready === undefined) return undefined;
  const { wire, nonce, server } = ready;
  // From here on an interrupt would leave open what became of the task.
  process.on('SIGINT', onInterrupt);
  wire.say({ is: 'go' });
  const answer = await wire.hear(STORED_MS);
  wire.close();
  process.off('SIGINT', onInterrupt);
  if (answer?.is === 'declined') return undefined;
  if (answer?.is === 'done') {
    for (const [stream, text] of answer.output) print(text, stream);
    return answer.exit;
  }
  return { nonce, server };
}

/** The conductor when it waits for the word to store the task; undefined, and nothing is asked of it, when it does not. */
async function prepared(argv: readonly string[]) {
  let wire: Wire | undefined;
  try {
    const request = requestFor(argv);
    wire = await reach();
    wire?.say({ is: 'request', ...request });
    const seen = await wire?.hear(SEEN_MS);
    if (wire !== undefined && seen?.is === 'seen' && (await wire.hear(READY_MS))?.is === 'ready')
      return { wire, nonce: request.nonce, server: seen.server };
  } catch {
    // Whatever is odd is told by the command itself.
  }
  wire?.close();
  return undefined;
}

function requestFor(argv: readonly string[]): Request {
  const cwd = process.cwd();
  return {
    build: buildId(),
    // Unique without node:crypto, which is slow to load.
    nonce: `${Date.now()}-${process.pid}-${process.hrtime.bigint()}`,
    argv: [...argv],
    cwd,
    place: placeOf(cwd),
    env: { ...process.env },
    out: terminalAt(1, () => process.stdout),
    err: terminalAt(2, () => process.stderr),
  };
}

// Node makes the stream only where there may be a terminal.
function terminalAt(fd: number, stream: () => { isTTY?: boolean; columns?: number }): Request['out'] {
  if (!fs.fstatSync(fd).isCharacterDevice()) return {};
  const { isTTY, columns } = stream();
  return { isTTY, columns };
}

async function reach(): Promise<Wire | undefined> {
  const path = knownSocket(homeFrom(process.env).root, doorName);
  if (path === undefined) return undefined;
  const socket = connect(path);
  return (await isConnected(socket)) ? new Wire(socket) : undefined;
}

function isConnected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}
