import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { signalProcess } from '../base/process.ts';
import { readLock } from '../store/conductor-lock.ts';
import type { World } from './world.ts';

const LOG_LIMIT = 1024 * 1024;
/**
 * Options of Node for what lives as long as an agent does and may have to read gigabytes: without these limits, in MB,
 * what is no longer needed alone would fill 48 MB when new and 200 MB when old before it is collected. Each helper thread
 * of the engine holds another MB; one is enough.
 */
export const frugal = ['--max-semi-space-size=1', '--max-old-space-size=512', '--v8-pool-size=1'];
const PASSED_ON =
  /^(HOME|PATH|LANG|LC_.*|TERM|TMPDIR|TZ|USER|LOGNAME|SHELL|NODE_EXTRA_CA_CERTS|XDG_.*|ORCHESTRA_(HOME|PARALLEL|IDLE|DAY_BUDGET|TOOL_BUDGETS|PER_REPO))$/;

/** Where a conductor is started from. */
type Seat = Pick<World, 'home' | 'env' | 'entry'>;

/** The conductor of a home. `pid` and `since` are null when none runs. */
export interface ConductorState {
  running: boolean;
  pid: number | null;
  since: string | null;
}

/** Whether a conductor runs, from its lock and its process. */
export function conductorState(world: Pick<World, 'home'>): ConductorState {
  const lock = readLock(world.home);
  return lock === undefined
    ? { running: false, pid: null, since: null }
    : { running: true, pid: lock.pid, since: lock.since };
}

/**
 * Starts a conductor in the background unless one runs. Two at once do no harm: the lock lets one in. It gets no
 * secrets of ours: what agents need travels in their run folders.
 */
export function ensureConductor(world: Seat): void {
  if (conductorState(world).running) return;
  const log = openLog(world.home.conductorLog);
  const env = Object.fromEntries(Object.entries(world.env).filter(([name]) => PASSED_ON.test(name)));
  const child = spawn(process.execPath, [...frugal, world.entry, 'conductor', 'run'], {
    cwd: world.home.root,
    env: { ...env, ORCHESTRA_HOME: world.home.root },
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.once('error', () => {});
  child.unref();
  fs.closeSync(log);
}

/** Starts a conductor in the place of one that has gone; false where the home cannot be written, only looked at. */
export function reviveConductor(seat: Seat): boolean {
  try {
    ensureConductor(seat);
    return true;
  } catch {
    return false;
  }
}

function openLog(path: string): number {
  const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT) fs.renameSync(path, `${path}.old`);
  return fs.openSync(path, 'a', 0o600);
}

/** Asks the conductor to end; agents go on. True when there was one. */
export function stopConductor(world: Pick<World, 'home'>): boolean {
  const { pid } = conductorState(world);
  return pid !== null && signalProcess(pid, 'SIGTERM');
}
