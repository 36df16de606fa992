import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../base/process.ts';
import { administrationOf, administrations, commonDirOf, discard, gitDirOf, realPath } from './layout.ts';

/** Removes the temporary worktrees of processes that are no more. */
export function removeLeftovers(root: string, scratch: string): void {
  const real = realPath(scratch);
  for (const name of fs.existsSync(real) ? fs.readdirSync(real) : []) {
    const dir = join(real, name);
    if (isDead(name)) discard(dir, ownAdministration(dir));
  }
  for (const { path, gitFile } of administrations(commonDirOf(root))) {
    const dir = dirname(gitFile);
    if (dirname(dir) === real && isDead(basename(dir))) discard(dir, path);
  }
}

function isDead(name: string): boolean {
  const [, pid, startTime] = name.match(/^land-(\d+)-(\w+)-[0-9a-f]{8}$/) ?? [];
  return pid !== undefined && startTime !== undefined && !isAlive({ pid: Number(pid), startTime });
}

// Of any repository: the scratch folder serves them all.
function ownAdministration(dir: string): string | null {
  const gitDir = gitDirOf(dir);
  if (gitDir === null || basename(dirname(gitDir)) !== 'worktrees') return null;
  return administrationOf(dirname(dirname(gitDir)), dir) === gitDir ? gitDir : null;
}
