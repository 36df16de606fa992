import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, messageOf } from '../base/errors.ts';
import type { Home } from '../model/home.ts';
import { readLedger } from '../store/ledger.ts';
import { type Check, fixed, ok, problem, problemFrom, warning } from './doctor-check.ts';

const littleSpace = 500 * 1024 * 1024;

/** The folder of the state: there, ours, private, with room. */
export function checkHome(home: Home, fix: boolean): Check[] {
  const stat = fs.statSync(home.root, { throwIfNoEntry: false });
  if (stat === undefined) {
    const parent = existingParent(home.root);
    if (isWritable(parent))
      return [ok('home', `${home.root} is made with the first task`), checkSpace(parent)];
    return [
      problem(
        'home',
        `${home.root} cannot be made: ${parent} is not writable`,
        'Set ORCHESTRA_HOME to a folder of your own.',
      ),
    ];
  }
  if (!stat.isDirectory()) {
    return [problem('home', `${home.root} is not a folder`, 'Move the file away, or set ORCHESTRA_HOME.')];
  }
  if (!isWritable(home.root)) {
    return [
      problem(
        'home',
        `${home.root} is not writable`,
        `Make it yours: chmod u+rwx ${home.root}, or set ORCHESTRA_HOME.`,
      ),
    ];
  }
  return [checkMode(home, stat.mode, fix), checkSpace(home.root)];
}

function existingParent(path: string): string {
  const parent = dirname(path);
  return fs.existsSync(parent) || parent === path ? parent : existingParent(parent);
}

function isWritable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function checkMode(home: Home, mode: number, fix: boolean): Check {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & 0o077) === 0) return ok('home', home.root);
  const remedy = `chmod 700 ${home.root}, or orchestra doctor --fix`;
  if (!fix) return warning('home', `others may look into ${home.root} (mode ${shown})`, remedy);
  try {
    fs.chmodSync(home.root, 0o700);
    return fixed('home', `${home.root} was open to others (mode ${shown})`);
  } catch (error) {
    return warning('home', `${home.root} could not be closed to others: ${messageOf(error)}`, remedy);
  }
}

function checkSpace(path: string): Check {
  const { bavail, bsize } = fs.statfsSync(path);
  const free = bavail * bsize;
  const shown =
    free > 10 * 1024 ** 3 ? `${Math.floor(free / 1024 ** 3)} GB` : `${Math.floor(free / 1024 ** 2)} MB`;
  if (free >= littleSpace) return ok('disk', `${shown} free`);
  return warning(
    'disk',
    `only ${shown} free at ${path}`,
    'Make room: orchestra clean removes worktrees that are landed.',
  );
}

/** Whether every line of the ledger can be read. */
export function checkLedger(home: Home): Check {
  try {
    const { lines, bad } = readLedger(home.ledger);
    const runs = `${lines.length} run${lines.length === 1 ? '' : 's'}`;
    if (bad === 0) return ok('ledger', runs);
    return warning(
      'ledger',
      `${runs}, and ${bad} line${bad === 1 ? '' : 's'} that cannot be read`,
      `They count for nothing; look at ${home.ledger}.`,
    );
  } catch (error) {
    if (errnoOf(error) === 'EACCES')
      return problem('ledger', `${home.ledger} cannot be read`, `chmod 600 ${home.ledger}`);
    return problemFrom('ledger', error);
  }
}
