import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { commitOf, git, gitFailure, gitOutput, isAncestor } from './git.ts';
import { snapshot } from './snapshot.ts';
import { commitTree } from './stage.ts';
import { namesOf } from './status.ts';

/** What must not get lost: the commits, and the working tree with them where it differs from the first of them. */
export interface RescueRequest {
  root: string;
  /** The task's id, which names the ref. */
  task: string;
  /** HEAD first. */
  commits: readonly string[];
  /** The tree of all that is in the working tree and not ignored; null when there is no working tree. */
  tree: string | null;
  message: string;
}

/** The refs that hold what a task has left, in the order of their making. */
export async function rescueRefsOf(root: string, task: string): Promise<{ ref: string; commit: string }[]> {
  const output = await gitOutput(root, [
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    'refs/orchestra/rescue/',
  ]);
  const pattern = new RegExp(`^refs/orchestra/rescue/${task}(?:-(\\d+))?$`);
  return output
    .split('\n')
    .map((line) => line.split(' ') as [string, string])
    .filter(([ref]) => pattern.test(ref))
    .map(([ref, commit]) => ({ ref, commit, number: Number(pattern.exec(ref)?.[1] ?? 1) }))
    .sort((a, b) => a.number - b.number)
    .map(({ ref, commit }) => ({ ref, commit }));
}

/**
 * Puts it all on `refs/orchestra/rescue/<task>`, or `-2`, `-3`, … where that holds something else, and proves from the
 * ref that it is there. The same again gives the same ref.
 */
export async function rescue(request: RescueRequest): Promise<string> {
  const { root, task } = request;
  const refs = await rescueRefsOf(root, task);
  for (const { ref, commit } of refs) if (await holdsAll(request, commit)) return ref;
  const commit = await commitFor(request);
  for (let number = 1; number < 1000; number += 1) {
    const ref = `refs/orchestra/rescue/${task}${number === 1 ? '' : `-${number}`}`;
    if (refs.some((known) => known.ref === ref)) continue;
    const none = '0'.repeat(commit.length);
    const message = ['-m', 'orchestra: keep what has not landed'];
    const made = await git(root, ['update-ref', ...message, '--create-reflog', ref, commit, none]);
    if (made.code !== 0) throw gitFailure(`${ref} could not be made`, made);
    const kept = await commitOf(root, ref);
    if (kept !== null && (await holdsAll(request, kept))) return ref;
    throw new OrchestraError('internal', `${ref} does not hold what ${task} has left; nothing was removed.`);
  }
  throw new OrchestraError('internal', `${task} has a thousand rescue refs already.`);
}

async function commitFor({ root, commits, tree, message }: RescueRequest): Promise<string> {
  const [head, ...others] = await independent(root, commits);
  const headTree = head === undefined ? null : await treeAt(root, head);
  const needed = tree !== null && tree !== headTree;
  if (head !== undefined && !needed && others.length === 0) return head;
  const wanted = tree ?? headTree;
  if (wanted === null) throw new OrchestraError('internal', 'There is nothing to rescue.');
  return await commitTree(root, wanted, head === undefined ? [] : [head, ...others], message);
}

/** The commits that are in none of the others. */
async function independent(root: string, commits: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const commit of new Set(commits)) {
    const held = await Promise.all(
      [...new Set(commits)].map((other) => other !== commit && isAncestor(root, commit, other)),
    );
    if (!held.includes(true)) kept.push(commit);
  }
  return kept;
}

async function holdsAll({ root, commits, tree }: RescueRequest, commit: string): Promise<boolean> {
  if (tree !== null && (await treeAt(root, commit)) !== tree) return false;
  for (const wanted of commits) if (!(await isAncestor(root, wanted, commit))) return false;
  return true;
}

async function treeAt(root: string, commit: string): Promise<string> {
  return (await gitOutput(root, ['rev-parse', '--verify', `${commit}^{tree}`])).trim();
}

/** The tree of a working tree as it is now. Throws `refused` when git cannot take all of it. */
export async function wholeTree(dir: string): Promise<string> {
  const left: string[] = [];
  const tree = await snapshot(dir, { tell: (words) => left.push(words) });
  const listed = await gitOutput(dir, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  const links = listed.split('\0').filter((record) => record.startsWith('160000 '));
  const paths = links.map((record) => record.slice(record.indexOf('\t') + 1));
  const nested = paths.filter((path) => fs.existsSync(join(dir, path, '.git')));
  if (nested.length > 0) left.push(`${namesOf(nested)} is a repository of its own.`);
  if (left.length === 0) return tree;
  throw new OrchestraError('refused', `Not everything in ${dir} can be kept: ${left.join(' ')}`, {
    hint: 'Make those files readable, or move them away.',
  });
}
