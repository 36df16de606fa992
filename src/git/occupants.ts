import * as fs from 'node:fs';
import { realPath } from './layout.ts';

/** A process that works in a folder, with its name where the system tells it. */
export interface Occupant {
  pid: number;
  name: string;
}

/** The processes, ours excepted, whose current folder is in `dir` or that hold a file there open. Linux only. */
export function occupantsOf(dir: string): Occupant[] {
  const real = realPath(dir);
  const inside = (path: string) => path === real || path.startsWith(`${real}/`);
  const pids = fs.existsSync('/proc/self/cwd')
    ? fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    : [];
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid && linksOf(pid).some(inside))
    .map((pid) => ({ pid, name: nameOf(pid) }));
}

function* linksOf(pid: number): Generator<string> {
  for (const name of ['cwd', 'root', 'exe']) yield linkAt(`/proc/${pid}/${name}`);
  let open: string[] = [];
  try {
    open = fs.readdirSync(`/proc/${pid}/fd`);
  } catch {
    // Gone, or somebody else's.
  }
  for (const fd of open) yield linkAt(`/proc/${pid}/fd/${fd}`);
}

function linkAt(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';
  }
}

function nameOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'gone';
  }
}

/** `process 12 (vim), 14 (sh)`. */
export function namesOfOccupants(occupants: readonly Occupant[]): string {
  const shown = occupants.slice(0, 5).map(({ pid, name }) => `${pid} (${name})`);
  const more = occupants.length - shown.length;
  return `process ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
