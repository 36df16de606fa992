import * as fs from 'node:fs';
import { connect } from 'node:net';
import { errnoOf } from '../base/errors.ts';
import { isAlive } from '../base/process.ts';
import type { Home } from '../model/home.ts';
import { conductorState } from '../pipeline/conductor-process.ts';
import { takeLock } from '../store/conductor-lock.ts';
import type { Store } from '../store/store.ts';
import { recordedServer, socketPath } from '../tmux/socket.ts';
import { listWindows } from '../tmux/windows.ts';
import { type Check, fixed, ok, problemFrom, warning } from './doctor-check.ts';

/** The background process. `store` is open for writing when something may be mended. */
export function checkConductor(home: Home, store: Store | undefined, fix: boolean): Check {
  const { running, pid, since } = conductorState({ home });
  if (running) return ok('conductor', `runs with pid ${pid} since ${since}`);
  if (!fs.existsSync(home.conductorLock)) return ok('conductor', 'not running; it starts by itself');
  const detail = 'not running; the lock of one that was killed is still there';
  if (!fix || store === undefined)
    return warning('conductor', detail, 'It does no harm; orchestra doctor --fix removes it.');
  const lock = takeLock(store, home);
  if ('heldBy' in lock) return ok('conductor', `runs with pid ${lock.heldBy.pid} since ${lock.heldBy.since}`);
  lock.release();
  return fixed('conductor', detail);
}

/** The tmux server of the home. */
export async function checkServer(home: Home, store: Store | undefined, fix: boolean): Promise<Check> {
  if (!fs.existsSync(home.root)) return ok('tmux server', 'not running; it starts with the first task');
  try {
    const socket = socketPath(home);
    const state = await listening(socket);
    if (state === 'refused') return await staleSocket(home, socket, store, fix);
    const panes =
      state === 'missing' && recordedServer(home) === undefined
        ? 'no-server'
        : await listWindows(home, { timeoutMs: 3000 });
    if (panes === 'no-server') return ok('tmux server', 'not running; it starts with the next task');
    return ok('tmux server', `${panes.length} window${panes.length === 1 ? '' : 's'}`);
  } catch (error) {
    return problemFrom('tmux server', error);
  }
}

// Only a conductor starts servers: while we hold its lock, none comes up in between.
async function staleSocket(
  home: Home,
  socket: string,
  store: Store | undefined,
  fix: boolean,
): Promise<Check> {
  const detail = `not running; its socket ${socket} is left over`;
  // A server that has closed its last window leaves it too.
  const harmless = {
    ...ok('tmux server', detail),
    remedy: 'It does no harm; orchestra doctor --fix removes it.',
  };
  const server = recordedServer(home);
  if (!fix || store === undefined || (server !== undefined && isAlive(server))) return harmless;
  const lock = takeLock(store, home);
  if ('heldBy' in lock) return harmless;
  try {
    if ((await listening(socket)) !== 'refused') return harmless;
    fs.rmSync(socket, { force: true });
    return fixed('tmux server', detail);
  } finally {
    lock.release();
  }
}

function listening(path: string): Promise<'open' | 'refused' | 'missing'> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('open');
    });
    socket.once('error', (error) => {
      const code = errnoOf(error);
      if (code === 'ECONNREFUSED' || code === 'ENOTSOCK') resolve('refused');
      else if (code === 'ENOENT') resolve('missing');
      else reject(error);
    });
  });
}
