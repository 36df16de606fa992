import * as fs from 'node:fs';

/** A process told apart from a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after boot on Linux, the start date elsewhere; opaque, compare only. */
  startTime: string;
}

/** The start time of a living process, or undefined when there is none (a zombie counts as none). */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return fs.existsSync('/proc/self/stat') ? undefined : signalProbe(pid);
  }
}

// Without /proc a pid alone has to do; the boot id still guards restarts.
function signalProbe(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch {
    return undefined;
  }
}

/** Whether this very process still lives; no process is without a start time. */
export function isAlive({ pid, startTime }: Partial<ProcessIdentity>): boolean {
  return pid !== undefined && startTime !== undefined && startTimeOf(pid) === startTime;
}

/** Our own identity. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? 'unknown' };
}

/** A text that changes with each start of the machine, or `unknown`. */
export function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** How many processes the kernel has ended for want of memory since it started; undefined where it does not say. */
export function memoryKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(fs.readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}

/** The living processes whose environment holds exactly `entry` (`NAME=value`), ours excepted. */
export async function processesWithEnv(entry: string): Promise<number[]> {
  const found = fs.existsSync('/proc/self/environ') ? fromProc(entry) : await fromPs(entry);
  return found.filter((pid) => pid !== process.pid);
}

const TICKS_PER_SECOND = 100;

/**
 * Processor seconds, children that have ended included, of the living processes that carry `entry`; undefined where
 * there is no /proc.
 */
export function cpuSecondsWithEnv(entry: string): number | undefined {
  if (!fs.existsSync('/proc/self/environ')) return undefined;
  return fromProc(entry).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

function cpuSecondsOf(pid: number): number {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

function fromProc(entry: string): number[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return (
        fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry) &&
        startTimeOf(pid) !== undefined
      );
    } catch {
      return false;
    }
  });
}

async function fromPs(entry: string): Promise<number[]> {
  // Only where there is no /proc: what starts programs is long to load.
  const { runLight } = await import('./light-exec.ts');
  const { stdout } = await runLight('ps', ['-Eww', '-ax', '-o', 'pid=,command=']);
  const lines = stdout.split('\n').filter((line) => ` ${line} `.includes(` ${entry} `));
  return lines.map((line) => Number.parseInt(line, 10)).filter((pid) => Number.isInteger(pid));
}

/** Sends a signal to exactly this process; false when it is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  // To the system 0 is our own group, and below it are other groups, or everybody.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

const AFTER_KILL_MS = 10_000;

/**
 * Ends every process that carries `entry` in its environment: TERM, then KILL after `graceMs`, repeated until none
 * is left, since a process may have had children meanwhile. Returns the pids that were signalled.
 */
export async function sweepByEnv(entry: string, graceMs: number): Promise<number[]> {
  const signalled = new Set<number>();
  const deadline = performance.now() + graceMs;
  // A process in an uninterruptible wait may outlive even KILL for a while.
  while (performance.now() < deadline + AFTER_KILL_MS) {
    const pids = await processesWithEnv(entry);
    if (pids.length === 0) break;
    const signal = performance.now() < deadline ? 'SIGTERM' : 'SIGKILL';
    for (const pid of pids) {
      if (signal === 'SIGTERM' && signalled.has(pid)) continue;
      signalled.add(pid);
      signalProcess(pid, signal);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [...signalled];
}
