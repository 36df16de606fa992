import * as fs from 'node:fs';
import { join, relative } from 'node:path';
import type { OutsideChange } from '../model/outside.ts';
import { administrations, commonDirOf } from './layout.ts';
import { statusOf } from './status.ts';

/** How a person's working trees stand: what is checked out in each, and what is not committed in the main one. */
export interface CheckoutState {
  /** By path of the working tree the text of its HEAD. */
  heads: Record<string, string>;
  head: string | null;
  /** By path what tells one state of a file from another; null when there are too many to be followed. */
  dirty: Record<string, string> | null;
}

const MOST = 2_000;

/** Looks at a repository; what lies below the folder `ours` is left out. Null when it cannot be told. One fork. */
export async function checkoutOf(root: string, ours: string): Promise<CheckoutState | null> {
  try {
    const { head, changed, unmerged, untracked } = await statusOf(root);
    const paths = [...changed, ...unmerged, ...untracked].filter((path) => !isOurs(root, path, ours));
    const dirty =
      paths.length > MOST ? null : Object.fromEntries(paths.map((path) => [path, stampOf(join(root, path))]));
    return { heads: headsOf(root, ours), head, dirty };
  } catch {
    return null;
  }
}

function isOurs(root: string, path: string, ours: string): boolean {
  const [from, to] = [join(root, path), join(ours, '/')];
  return from.startsWith(to) || to.startsWith(join(from, '/'));
}

function stampOf(path: string): string {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'gone' : `${stat.mode} ${stat.size} ${stat.mtimeMs}`;
}

function headsOf(root: string, ours: string): Record<string, string> {
  const common = commonDirOf(root);
  const others = administrations(common).filter(({ gitFile }) => relative(ours, gitFile).startsWith('..'));
  const trees = [[root, common], ...others.map(({ path, gitFile }) => [join(gitFile, '..'), path])];
  return Object.fromEntries(
    trees.map(([tree = '', gitDir = '']) => [tree, fs.readFileSync(join(gitDir, 'HEAD'), 'utf8').trim()]),
  );
}

/** What is not as it was. Commits and landings that came meanwhile are not told. */
export function checkoutChanges(root: string, before: CheckoutState, after: CheckoutState): OutsideChange[] {
  const switched = Object.entries(before.heads).flatMap(([tree, head]) => {
    const now = after.heads[tree];
    if (now === undefined || now === head || !(isBranch(now) || isBranch(head))) return [];
    return told(tree, `was switched from ${nameOf(head)} to ${nameOf(now)}`);
  });
  if (before.dirty === null || after.dirty === null) return switched;
  const { dirty: old } = before;
  const { dirty } = after;
  const changed = Object.keys(dirty).filter((path) => dirty[path] !== old[path]);
  // Another commit may hold them now.
  const gone = before.head === after.head ? Object.keys(old).filter((path) => !(path in dirty)) : [];
  return [
    ...switched,
    ...changed.map((path) => told(join(root, path), 'was changed')),
    ...gone.map((path) => told(join(root, path), 'lost what was not committed')),
  ];
}

function told(file: string, what: string): OutsideChange {
  return { kind: 'files', file, what };
}

function isBranch(head: string): boolean {
  return head.startsWith('ref: ');
}

function nameOf(head: string): string {
  return isBranch(head) ? head.replace(/^ref: (?:refs\/heads\/)?/, '') : head.slice(0, 12);
}
