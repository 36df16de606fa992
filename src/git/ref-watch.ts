import { commitOf, git, gitOutput, isAncestor } from './git.ts';
import { refsInFiles } from './ref-files.ts';
import { rescue } from './rescue.ts';

/** What a person's refs point at, and the commits on the stash. */
export interface Refs {
  refs: Record<string, string>;
  stashes: string[];
}

/**
 * The branches, tags and stashes of a repository that are not ours. No fork where the refs are plain files, one where
 * there are stashes.
 */
export async function refsOf(root: string): Promise<Refs> {
  const found = refsInFiles(root, isTheirs) ?? (await refsByGit(root)).filter(([name]) => isTheirs(name));
  const refs: Refs['refs'] = Object.fromEntries(found);
  if (refs['refs/stash'] === undefined) return { refs, stashes: [] };
  delete refs['refs/stash'];
  const log = await gitOutput(root, ['log', '--walk-reflogs', '--format=%H', 'refs/stash', '--']);
  return { refs, stashes: log.split('\n').filter((line) => line !== '') };
}

// Each task that waits for a person has a branch of its own: there are many of them.
function isTheirs(name: string): boolean {
  return !/^refs\/(?:heads\/orchestra[/-]|orchestra\/|remotes\/)/.test(name);
}

async function refsByGit(root: string): Promise<[name: string, sha: string][]> {
  const output = await gitOutput(root, ['for-each-ref', '--format=%(objectname) %(refname)']);
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]);
}

/**
 * What has happened to them since, in sentences: deleted, rewound, or moved onto commits of `head`, which is the
 * task's. A branch that just went on is not told. Commits that nothing holds any more get a rescue ref.
 */
export async function tellMovedRefs(
  root: string,
  task: string,
  before: Refs,
  head: string | null,
): Promise<string[]> {
  const now = await refsOf(root);
  const lost: [what: string, sha: string][] = [];
  for (const [name, old] of Object.entries(before.refs)) {
    const current = now.refs[name];
    const short = name.replace(/^refs\/(?:heads|tags)\//, '');
    const from = old.slice(0, 12);
    if (current === old) continue;
    if (current === undefined)
      lost.push([`${short} was deleted while the agent worked; it was at ${from}.`, old]);
    else if (!(await wentOn(root, old, current, head)))
      lost.push([`${short} was moved while the agent worked, from ${from} to ${current.slice(0, 12)}.`, old]);
  }
  for (const stash of before.stashes) {
    if (!now.stashes.includes(stash))
      lost.push([`The stash ${stash.slice(0, 12)} was dropped while the agent worked.`, stash]);
  }
  const notes: string[] = [];
  for (const [what, sha] of lost) {
    const kept = (await isHeld(root, sha)) ? null : await keep(root, task, sha);
    notes.push(kept === null ? what : `${what} What it held is kept as ${kept}.`);
  }
  return notes;
}

async function wentOn(root: string, old: string, current: string, head: string | null): Promise<boolean> {
  const commits = [await commitOf(root, old), await commitOf(root, current)];
  const [from = null, to = null] = commits;
  if (from === null || to === null || !(await isAncestor(root, from, to))) return false;
  return head === null || !(await isAncestor(root, to, head));
}

async function isHeld(root: string, sha: string): Promise<boolean> {
  const holders = await git(root, ['for-each-ref', '--count=1', '--contains', sha]);
  return holders.code === 0 && holders.stdout !== '';
}

async function keep(root: string, task: string, sha: string): Promise<string | null> {
  const commit = await commitOf(root, sha);
  if (commit === null) return null;
  return await rescue({ root, task, commits: [commit], tree: null, message: '' });
}
