import * as fs from 'node:fs';
import { basename } from 'node:path';
import type { Home } from '../model/home.ts';
import { conductorState, stopConductor } from '../pipeline/conductor-process.ts';
import { backupsOf } from '../store/backup.ts';
import { damageOf, restorationsOf, restoreDatabase } from '../store/restore.ts';
import { until } from './conductor-start.ts';
import { type Check, fixed, ok, problem, problemFrom } from './doctor-check.ts';

/** Whether the database is whole; with `fix` a damaged one is restored. The first check is that of the database. */
export async function checkStore(home: Home, fix: boolean): Promise<[Check, ...Check[]]> {
  try {
    const damage = damageOf(home);
    if (damage !== undefined) return [await damaged(home, damage, fix)];
    return [ok('store', wholeWords(home)), ...earlier(home)];
  } catch (error) {
    return [problemFrom('store', error)];
  }
}

async function damaged(home: Home, damage: string, fix: boolean): Promise<Check> {
  if (!fix) {
    const remedy =
      'orchestra doctor --fix restores it from its last backup and the run folders, and keeps what is there.';
    return problem('store', `${home.database} ${damage}`, remedy);
  }
  if (stopConductor({ home })) {
    await until(
      home.root,
      () => conductorState({ home }),
      (state) => !state.running,
    );
  }
  return fixed('store', restoreDatabase(home).join(' '));
}

function wholeWords(home: Home): string {
  if (!fs.existsSync(home.database)) return 'no tasks yet';
  const [last] = backupsOf(home);
  return last === undefined ? 'whole' : `whole, last backup ${new Date(last.madeAt).toISOString()}`;
}

function earlier(home: Home): Check[] {
  const [last, ...others] = restorationsOf(home);
  if (last === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} before`;
  return [ok('restored', `${last.lines.join(' ')} (${basename(last.kept)}.txt${more})`)];
}
