import { OrchestraError } from '../base/errors.ts';
import { gitOutput } from '../git/git.ts';
import type { TaskRequest } from '../model/request.ts';
import type { RepoFacts } from '../plan/plan.ts';

/** Throws `usage` when a file that a task points to is not in the commit that its worktree starts from. */
export async function refuseMissingContext(facts: RepoFacts, request: TaskRequest): Promise<void> {
  const files = request.context?.files ?? [];
  if (files.length === 0 || facts.head === null || request.worktree === false) return;
  const args = ['ls-tree', '--full-tree', '--name-only', '-z', facts.head.commit, '--'];
  const inside = files.map(plain).filter((path) => !/^(\.\.)?(\/|$)/.test(path));
  const there = (await gitOutput(facts.root, [...args, ...inside])).split('\0');
  const missing = files.find((file) => !there.includes(plain(file)));
  if (missing === undefined) return;
  throw new OrchestraError('usage', `context: ${missing} is not in the last commit of ${facts.root}.`, {
    hint: 'Name it from the root of the repository, and commit it first.',
  });
}

function plain(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/+$/, '');
}
