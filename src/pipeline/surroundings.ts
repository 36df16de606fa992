import { branchNames } from '../git/branch.ts';
import { gitDirOf } from '../git/layout.ts';
import { inspectRepo, isChanged } from '../git/repo.ts';
import type { RepoFacts } from '../plan/plan.ts';
import { gatherSettings, type Settings } from './decide-route.ts';

/** Who asks: folder and environment of the `delegate` call. */
export interface Asker {
  cwd: string;
  env: Record<string, string | undefined>;
}

/** What a folder is, and what takes git longer to say. */
interface Look {
  where: RepoFacts;
  state: Promise<{ dirty: boolean | null; branches: readonly string[] }>;
}

// All tasks of one call see their folder and the settings as they were then: a batch asks once.
const looks = new WeakMap<Asker, Map<string, Promise<Look>>>();
const settings = new WeakMap<Asker, Map<string | undefined, Settings>>();

/** What a folder is to git, as the call finds it first. */
export function lookAt(dir: string, asker: Asker): Promise<Look> {
  return once(looks, asker, dir, () => begin(dir));
}

/** The settings that count in a repository, or outside of any. */
export function settingsOf(root: string | undefined, asker: Asker): Settings {
  return once(settings, asker, root, () => gatherSettings(asker.env, root));
}

function once<Key, Value>(
  all: WeakMap<Asker, Map<Key, Value>>,
  asker: Asker,
  key: Key,
  make: () => Value,
): Value {
  const known = all.get(asker) ?? new Map<Key, Value>();
  all.set(asker, known);
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

// git goes on while the settings are read; its failure is told where its answer is needed.
async function begin(dir: string): Promise<Look> {
  // At the root of a repository, as usual, one need not wait for the other.
  const changed = gitDirOf(dir) === null ? undefined : isChanged(dir);
  changed?.catch(() => {});
  const where = await inspectRepo(dir);
  const inTree = where.kind === 'repo' || where.kind === 'empty';
  const state = Promise.all([
    inTree ? (changed ?? isChanged(where.root)) : null,
    where.kind === 'repo' ? branchNames(where.root) : [],
  ]).then(([dirty, branches]) => ({ dirty, branches }));
  state.catch(() => {});
  return { where, state };
}
