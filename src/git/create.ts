import { git, gitFailure } from './git.ts';

/** Makes a folder a repository on branch `main` with all its files in one commit. */
export async function createRepository(dir: string, message: string): Promise<void> {
  const identity = ['-c', 'user.name=orchestra', '-c', 'user.email=orchestra@localhost'];
  const steps = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--no-verify', '--message', message],
  ];
  for (const step of steps) {
    const finished = await git(dir, step);
    if (finished.code !== 0) throw gitFailure(`git could not make a repository in ${dir}`, finished);
  }
}
