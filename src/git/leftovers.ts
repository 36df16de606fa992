import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { gitOutput } from './git.ts';
import { namesOf, statusOf } from './status.ts';

/** What is in a working tree beside its commits. Paths are relative; folders end in `/`. */
export interface Contents {
  changed: string[];
  untracked: string[];
  /** Files and folders that git ignores. */
  ignored: string[];
  /** Repositories of their own, whose commits no ref of ours can hold, and folders that git could not look into. */
  nested: string[];
}

/** Looks what would go with a working tree. Never writes. */
export async function contentsOf(dir: string): Promise<Contents> {
  const status = await statusOf(dir, { ignored: true });
  const untracked = status.untracked.filter((path) => !isRepository(dir, path));
  const inside = [...status.untracked, ...status.ignored].filter((path) => isRepository(dir, path));
  return {
    changed: [...status.changed, ...status.unmerged],
    untracked,
    ignored: status.ignored.filter((path) => !inside.includes(path)),
    nested: [...inside, ...(await linked(dir)), ...status.unread],
  };
}

function isRepository(dir: string, path: string): boolean {
  return path.endsWith('/') && fs.existsSync(join(dir, path, '.git'));
}

// A checked out submodule has commits and branches of its own which we cannot prove to be elsewhere.
async function linked(dir: string): Promise<string[]> {
  const output = await gitOutput(dir, ['ls-files', '--stage', '-z']);
  const links = output.split('\0').filter((record) => record.startsWith('160000 '));
  const paths = links.map((record) => record.slice(record.indexOf('\t') + 1));
  return paths.filter((path) => fs.existsSync(join(dir, path, '.git'))).map((path) => `${path}/`);
}

// What a command makes again: dependencies, build results, caches.
const rebuildable =
  /(?:^|\/)(?:node_modules|bower_components|dist|build|target|out|coverage|\.?venv|\.tox|__pycache__|\.next|\.nuxt|\.turbo|\.parcel-cache|\.cache|\.gradle|\.(?:pytest|mypy|ruff)_cache|[^/]*\.egg-info)\/$|\.(?:pyc|o|class|tsbuildinfo)$|(?:^|\/)\.DS_Store$/;

/** Throws `refused`, naming them, when ignored files or nested repositories would be lost for good. */
export function refuseLoss(dir: string, { ignored, nested }: Contents, ignoredOk: boolean): void {
  const precious = [...ignored.filter((path) => !rebuildable.test(path)), ...nested];
  if (precious.length === 0 || ignoredOk) return;
  throw new OrchestraError('refused', `${dir} holds ignored or nested ${namesOf(precious)}; it was kept.`, {
    hint: 'Move away what is of worth; with --ignored the rest goes too.',
  });
}
