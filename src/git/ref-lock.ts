import { randomUUID } from 'node:crypto';
import { OrchestraError } from '../base/errors.ts';
import { bootId, isAlive, ownIdentity } from '../base/process.ts';
import { git, gitFailure, gitOutput } from './git.ts';

/**
 * Runs `work` while no other process of ours does something under the same name in the repository. The lock is a ref
 * which git itself compares and swaps, so that a dead holder is replaced by exactly one. Throws `timeout` naming the
 * holder when it is not free within `waitMs`.
 */
export async function withRefLock<T>(
  root: string,
  name: string,
  work: () => Promise<T>,
  waitMs = 120_000,
): Promise<T> {
  const ref = `refs/orchestra/lock/${name}`;
  const mine = await writeHolder(root);
  const deadline = performance.now() + waitMs;
  while (!(await take(root, ref, mine))) {
    if (performance.now() > deadline) {
      throw new OrchestraError('timeout', `Another process is still busy in ${root} (${ref}).`, {
        hint: `Try again later; when nothing runs any more: git update-ref -d ${ref}`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  try {
    return await work();
  } finally {
    await git(root, ['update-ref', '-d', ref, mine]);
  }
}

async function writeHolder(root: string): Promise<string> {
  const input = JSON.stringify({ ...ownIdentity(), boot: bootId(), nonce: randomUUID() });
  return (await gitOutput(root, ['hash-object', '-w', '--stdin'], { input })).trim();
}

async function take(root: string, ref: string, mine: string): Promise<boolean> {
  const current = await git(root, ['rev-parse', '--verify', '-q', ref]);
  const held = current.stdout.trim();
  if (held !== '' && (await holderLives(root, held))) return false;
  const old = held === '' ? '0'.repeat(mine.length) : held;
  const taken = await git(root, ['update-ref', ref, mine, old]);
  if (taken.code === 0) return true;
  if (/cannot lock ref|unable to resolve/.test(taken.stderr)) return false;
  throw gitFailure(`${ref} could not be taken in ${root}`, taken);
}

async function holderLives(root: string, blob: string): Promise<boolean> {
  const text = await git(root, ['cat-file', 'blob', blob]);
  try {
    const holder = JSON.parse(text.stdout) as { pid: number; startTime: string; boot: string };
    return holder.boot === bootId() && isAlive(holder);
  } catch {
    return false;
  }
}
