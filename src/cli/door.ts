import * as fs from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
import { ownIdentity } from '../base/process.ts';
import { socketIn } from '../base/socket-path.ts';
import { withSurroundings } from '../base/surroundings.ts';
import type { Door } from '../pipeline/conduct.ts';
import { learnOutcome } from '../pipeline/learned.ts';
import type { World } from '../pipeline/world.ts';
import { doorName } from './same-program.ts';
import { Wire } from './wire.ts';

const REQUEST_MS = 5_000;
const GO_MS = 10_000;
/** Counts that nobody waits for. */
const LEARN_AFTER_MS = 300;

/**
 * Where commands hand their tasks over to the conductor: a socket that only this user can reach. Without it all goes on,
 * more slowly. See ADR 13.
 */
export class SocketDoor implements Door {
  readonly #world: World;
  readonly #log: (line: string) => void;
  readonly #guests = new Set<Socket>();
  #server: Server | undefined;
  #learning: NodeJS.Timeout | undefined;

  constructor(world: World, log: (line: string) => void) {
    this.#world = world;
    this.#log = log;
  }

  open(): void {
    const trouble = (error: unknown) => this.#log(`tasks are not taken by socket: ${messageOf(error)}`);
    try {
      const path = socketIn(this.#world.home.root, doorName, this.#world.env);
      // Left by one that was killed: whoever holds the lock is alone.
      fs.rmSync(path, { force: true });
      this.#server = createServer((socket) => void this.#receive(socket));
      this.#server.on('error', trouble);
      this.#server.listen(path);
      fs.chmodSync(path, 0o600);
    } catch (error) {
      trouble(error);
    }
  }

  isBusy(): boolean {
    return this.#guests.size > 0;
  }

  close(): void {
    clearTimeout(this.#learning);
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#guests) socket.destroy();
  }

  async #receive(socket: Socket): Promise<void> {
    this.#guests.add(socket);
    socket.on('close', () => this.#guests.delete(socket));
    const wire = new Wire(socket);
    const request = await wire.hear(REQUEST_MS);
    try {
      if (request?.is !== 'request') throw new Error('no request');
      wire.say({ is: 'seen', server: ownIdentity() });
      // Memory that a conductor without guests does without.
      const { carryOut } = await import('./carry-out.ts');
      const answer = await withSurroundings(request, () =>
        carryOut(request, this.#world, async () => {
          wire.say({ is: 'ready' });
          if ((await wire.hear(GO_MS))?.is !== 'go' || this.#server === undefined)
            throw new Error('not wanted any more');
        }),
      );
      wire.say({ is: 'done', ...answer });
      this.#learnSoon();
    } catch {
      // The command says itself what is wrong, in its own process.
      wire.say({ is: 'declined' });
    }
    wire.close();
  }

  #learnSoon(): void {
    this.#learning ??= setTimeout(() => {
      this.#learning = undefined;
      learnOutcome(this.#world);
    }, LEARN_AFTER_MS).unref();
  }
}
