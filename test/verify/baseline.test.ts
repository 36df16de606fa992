import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweepByEnv } from '../../src/base/process.ts';
import type { Check } from '../../src/model/check.ts';
import { withBaseline } from '../../src/verify/baseline.ts';
import { type CheckPlace, runChecks } from '../../src/verify/checks.ts';
import { commitFiles, repository, sh, temporaryFolder } from '../git/repository.ts';

let count = 0;

interface Scene {
  root: string;
  place: CheckPlace;
  base: Parameters<typeof withBaseline>[3];
  log: () => string[];
}

/** A repository where a task has put `work` on top of `before`; each run of a check can leave a line in a log. */
function scene(before: Record<string, string>, work: Record<string, string>): Scene {
  const { root } = repository();
  const folder = temporaryFolder();
  const commit = commitFiles(root, before);
  const head = commitFiles(root, work);
  count += 1;
  const tag = `baseline-test-${process.pid}/task-1/${count}`;
  onTestFinished(async () => {
    await sweepByEnv(`ORCHESTRA_RUN=${tag}`, 0);
  });
  const log = join(folder, 'log');
  const env = { PATH: process.env.PATH as string, HOME: folder, LOG: log };
  return {
    root,
    place: { dir: root, runDir: folder, env, tag, timeoutSeconds: 30, commit: head },
    base: { root, commit, cache: join(folder, 'cache'), scratch: join(folder, 'scratch') },
    log: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

const command = (text: string): Check => ({ kind: 'command', command: text });

async function verify({ place, base }: Scene, checks: Check[]) {
  return withBaseline(checks, await runChecks(checks, place), place, base);
}

test('a check that failed before is told apart from one that the task broke', async () => {
  const at = scene({ 'red.txt': '', 'ok.txt': '' }, { 'ok.txt': 'broken' });
  const results = await verify(at, [
    command('test -e missing'),
    command('test ! -s ok.txt'),
    command('true'),
    { kind: 'files', exist: ['missing'] },
  ]);
  expect(results.map(({ passed, baseline }) => [passed, baseline])).toEqual([
    [false, 'failed'],
    [false, 'passed'],
    [true, undefined],
    [false, undefined],
  ]);
  expect(sh(at.root, 'worktree', 'list').split('\n')).toHaveLength(1);
  expect(fs.readdirSync(at.base.scratch)).toEqual([]);
});

test('the commit before is only checked when something failed, and once', async () => {
  const at = scene({ 'a.txt': '' }, { 'b.txt': '' });
  const note = 'basename "$PWD" | cut -c1-4 >> "$LOG"';
  await verify(at, [command(`${note}; true`)]);
  expect(at.log()).toHaveLength(1);
  const red = [command(`${note}; exit 3`)];
  await verify(at, red);
  expect(at.log().filter((line) => line === 'land')).toHaveLength(1);
  const again = await verify(at, red);
  expect(at.log().filter((line) => line === 'land')).toHaveLength(1);
  expect(again).toMatchObject([{ baseline: 'failed' }]);
});

test('the checks before a failed one prepare it there too', async () => {
  const at = scene({ '.gitignore': 'installed\n' }, { broken: 'x' });
  const results = await verify(at, [
    command('touch installed'),
    command('test -e installed && test ! -e broken'),
  ]);
  expect(results).toMatchObject([{ passed: true }, { passed: false, baseline: 'passed' }]);
});

test('what its tests counted before is told', async () => {
  const at = scene({ counts: '# pass 3\n# fail 1\n' }, { counts: '# pass 1\n# fail 3\n' });
  expect(await verify(at, [{ kind: 'tests', command: 'cat counts; exit 1' }])).toMatchObject([
    { baseline: 'failed', counts: { failed: 3 }, countsBefore: { passed: 3, failed: 1 } },
  ]);
});

test('what cannot be told is unknown: one that does not end there, and a commit that is gone', async () => {
  const at = scene({ slow: '' }, { 'b.txt': '' });
  fs.rmSync(join(at.root, 'slow'));
  const slow: Check = { kind: 'command', command: 'test -e slow && sleep 60; exit 1', timeout: '1s' };
  expect(await verify(at, [slow])).toMatchObject([{ exit: 1, baseline: 'unknown' }]);
  expect(fs.existsSync(at.base.cache)).toBe(false);
  at.base.commit = 'f'.repeat(40);
  expect(await verify(at, [command('false')])).toMatchObject([{ exit: 1, baseline: 'unknown' }]);
});

test('installed dependencies are lent, unless a check installs them itself', async () => {
  const at = scene({ '.gitignore': 'node_modules\n' }, { broken: 'x' });
  fs.mkdirSync(join(at.root, 'node_modules'));
  const needs = 'test -d node_modules && test ! -e broken';
  expect(await verify(at, [command(needs)])).toMatchObject([{ baseline: 'passed' }]);
  expect(await verify(at, [command(`: npm ci; ${needs}`)])).toMatchObject([{ baseline: 'failed' }]);
  expect(fs.existsSync(join(at.root, 'node_modules'))).toBe(true);
});
