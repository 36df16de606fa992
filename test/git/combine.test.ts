import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { landBranch } from '../../src/git/land.ts';
import { forgetLanding } from '../../src/git/landing-ref.ts';
import { commitFiles, failureOf, finished, nothingLeft, sh, write } from './repository.ts';

/** A task branch of two commits, and a base that has moved unless said otherwise. */
function twoCommits(moves = true) {
  const made = finished({ 'one.txt': '1\n' });
  const commit = commitFiles(made.dir, { 'two.txt': '2\n' }, 'second');
  const tip = moves ? commitFiles(made.root, { 'b.txt': 'moved\n' }) : made.base;
  return { ...made, tip, commit, request: { ...made.request, commit } };
}

test.each([true, false])('squash makes one commit of the user on the branch (moved: %s)', async (moves) => {
  const { root, tip, request, ...made } = twoCommits(moves);
  const { landed, how } = await landBranch({ ...request, mode: 'squash' });
  expect(how).toBe('squash');
  expect(sh(root, 'log', '-1', '--format=%H|%P|%s|%an')).toBe(`${landed}|${tip}|Land task-1|Grace`);
  expect(sh(root, 'diff', '--name-only', tip, 'main')).toBe('one.txt\ntwo.txt');
  expect(sh(root, 'status', '--porcelain')).toBe('');
  expect(await landBranch({ ...request, mode: 'squash' })).toEqual({ landed, already: true, how: 'none' });
  await forgetLanding(root, request.commit);
  expect(await landBranch({ ...request, mode: 'squash' })).toMatchObject({ already: true });
  expect(sh(root, 'rev-parse', 'main')).toBe(landed);
  nothingLeft({ root, scratch: made.scratch });
});

test('rebase puts commit by commit on top, and moves no other branch whatever the configuration says', async () => {
  const { root, tip, commit, request, ...made } = twoCommits();
  sh(root, 'branch', 'mine', `${commit}~1`);
  const before = sh(root, 'rev-parse', 'mine', 'work');
  for (const name of ['rebase.updateRefs', 'rebase.autoStash', 'rebase.rebaseMerges', 'commit.gpgSign'])
    sh(root, 'config', name, 'true');
  const { landed, how } = await landBranch({ ...request, mode: 'rebase' });
  expect(how).toBe('rebase');
  expect(sh(root, 'log', '--format=%s|%an|%cn', `${tip}..main`)).toBe('second|Ada|Grace\nwork|Ada|Grace');
  expect(sh(root, 'rev-parse', 'mine', 'work')).toBe(before);
  expect(sh(root, 'status', '--porcelain')).toBe('');
  expect(await landBranch({ ...request, mode: 'rebase' })).toEqual({ landed, already: true, how: 'none' });
  await forgetLanding(root, commit);
  nothingLeft({ root, scratch: made.scratch });
});

test('rebase of what is straight on top is a fast-forward', async () => {
  const { request, commit } = twoCommits(false);
  expect(await landBranch({ ...request, mode: 'rebase' })).toMatchObject({
    landed: commit,
    how: 'fast-forward',
  });
});

test.each(['squash', 'rebase'] as const)(
  'a conflict of a %s names the files and changes nothing',
  async (mode) => {
    const made = finished({ 'a.txt': 'ours\n' });
    const tip = commitFiles(made.root, { 'a.txt': 'theirs\n' });
    expect(await failureOf(landBranch({ ...made.request, mode }))).toMatchObject({
      code: 'conflict',
      message: 'It conflicts with main in a.txt.',
    });
    expect(sh(made.root, 'rev-parse', 'main')).toBe(tip);
    nothingLeft(made);
  },
);

test('a squash that is refused for files in the way leaves no note', async () => {
  const made = finished({ 'a.txt': 'ours\n' });
  write(made.root, { 'a.txt': 'mine\n' });
  expect(await failureOf(landBranch({ ...made.request, mode: 'squash' }))).toMatchObject({ code: 'refused' });
  nothingLeft(made);
});

test('what does not have the proven files is proven before the branch moves', async () => {
  const { root, commit, request, tip, ...made } = twoCommits();
  const seen: string[] = [];
  const prove = async (dir: string, target: string) => {
    seen.push(target);
    expect(sh(root, 'rev-parse', 'main')).toBe(tip);
    expect(sh(dir, 'rev-parse', 'HEAD')).toBe(target);
    expect(fs.readFileSync(join(dir, 'b.txt'), 'utf8')).toBe('moved\n');
    expect(fs.existsSync(join(dir, 'two.txt'))).toBe(true);
  };
  const refusal = landBranch({ ...request, proven: commit, prove: () => Promise.reject(new Error('red')) });
  await expect(refusal).rejects.toThrow('red');
  expect(sh(root, 'rev-parse', 'main')).toBe(tip);
  nothingLeft({ root, scratch: made.scratch });
  await landBranch({ ...request, proven: commit, prove });
  expect(seen).toHaveLength(1);
  expect(sh(root, 'log', '-1', '--format=%P', 'main')).toBe(`${tip} ${commit}`);
});

test('a proof is made again when the branch moves meanwhile', async () => {
  const { root, commit, request } = twoCommits();
  let count = 0;
  await landBranch({
    ...request,
    proven: commit,
    prove: async () => {
      count += 1;
      if (count === 1) commitFiles(root, { 'late.txt': 'x\n' });
    },
  });
  expect(count).toBe(2);
  expect(sh(root, 'ls-tree', '--name-only', 'main').split('\n')).toEqual(
    expect.arrayContaining(['late.txt', 'two.txt', 'b.txt']),
  );
});

test.each(['merge', 'squash', 'rebase'] as const)(
  'the proven files need no second proof (%s)',
  async (mode) => {
    const { commit, request } = twoCommits(false);
    const prove = () => Promise.reject(new Error('asked'));
    expect(await landBranch({ ...request, mode, proven: commit, prove })).toMatchObject({ already: false });
  },
);
