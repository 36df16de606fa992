import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesWithEnv, sweepByEnv } from '../../src/base/process.ts';
import { type CheckPlace, runChecks } from '../../src/verify/checks.ts';

let count = 0;

function place(fields: Partial<CheckPlace> = {}): CheckPlace {
  const dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'checks-')));
  count += 1;
  const tag = `checks-test-${process.pid}/task-1/${count}`;
  onTestFinished(async () => {
    await sweepByEnv(`ORCHESTRA_RUN=${tag}`, 0);
    fs.rmSync(dir, { recursive: true, force: true });
  });
  const env = { PATH: process.env.PATH as string, HOME: process.env.HOME as string };
  return { dir, runDir: dir, env, tag, timeoutSeconds: 30, commit: 'c1', ...fields };
}

test('each check is run in the folder, one after the other, and its exit status is the truth', async () => {
  const where = place();
  const results = await runChecks(['echo hello; touch made', 'test -e made', 'echo no >&2; exit 3'], where);
  expect(results).toMatchObject([
    { command: 'echo hello; touch made', passed: true, exit: 0, commit: 'c1', output: 'hello\n' },
    { passed: true, exit: 0, output: '' },
    { passed: false, exit: 3, output: 'no\n' },
  ]);
  expect(fs.existsSync(join(where.dir, 'made'))).toBe(true);
  expect(await runChecks([], where)).toEqual([]);
});

test('a check sees the environment it is given, its tag and that nobody watches, and nothing of ours', async () => {
  const where = place();
  const [result] = await runChecks(['env | sort'], where);
  const names = (result?.output ?? '').split('\n').map((line) => line.split('=')[0]);
  expect(names.filter((name) => !['', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name as string))).toEqual([
    'CI',
    'HOME',
    'ORCHESTRA_RUN',
    'PATH',
  ]);
  expect(result?.output).toContain(`ORCHESTRA_RUN=${where.tag}\n`);
});

test('a check that is killed, or is no program, has not passed', async () => {
  expect(await runChecks(['kill -9 $$', 'no-such-program-anywhere'], place())).toMatchObject([
    { passed: false, exit: null },
    { passed: false, exit: 127 },
  ]);
  expect(await runChecks(['true'], place({ dir: '/nonexistent/folder' }))).toMatchObject([
    { passed: false, exit: null },
  ]);
});

test('a check over its time is ended with all it has started', async () => {
  const where = place({ timeoutSeconds: 0.2 });
  const [result] = await runChecks(['echo begun; setsid sleep 60 & sleep 60'], where);
  expect(result).toMatchObject({ passed: false, exit: null, output: 'begun\n' });
  expect(await processesWithEnv(`ORCHESTRA_RUN=${where.tag}`)).toEqual([]);
});

test('a time limit of weeks is no time limit of nothing', async () => {
  const [result] = await runChecks(['sleep 0.3'], place({ timeoutSeconds: 30 * 24 * 3600 }));
  expect(result).toMatchObject({ passed: true, exit: 0 });
});

test('a server that a check leaves behind is ended, and does not hold it up', async () => {
  const where = place();
  const [result] = await runChecks(['(setsid sleep 60 &) ; sleep 60 & echo up'], where);
  expect(result).toMatchObject({ passed: true, output: 'up\n' });
  expect(await processesWithEnv(`ORCHESTRA_RUN=${where.tag}`)).toEqual([]);
});

test('what an earlier attempt at the checks has left running is ended first', async () => {
  const where = place();
  const left = spawn('sleep', ['60'], { env: { ...process.env, ORCHESTRA_RUN: where.tag }, stdio: 'ignore' });
  await once(left, 'spawn');
  const [result] = await runChecks([`! kill -0 ${left.pid}`], where);
  expect(result).toMatchObject({ passed: true });
});

test('of long output the end is kept, clean and whole in its file', async () => {
  const where = place();
  const command =
    'i=0; while [ $i -lt 3000 ]; do echo "line $i é"; i=$((i+1)); done; printf "\\033[31mred\\033[0m"';
  const [result] = await runChecks([command], where);
  expect(Buffer.byteLength(result?.output ?? '')).toBeLessThanOrEqual(4096);
  expect(result?.output).toMatch(/line 2998 é\nline 2999 é\nred$/);
  const file = fs.readFileSync(join(where.dir, 'check-1.output'), 'utf8');
  expect(file).toMatch(/^line 0 é\n/);
  expect(fs.statSync(join(where.dir, 'check-1.output')).mode & 0o777).toBe(0o600);
});

test('the counts of the tests are told, and a failed test is a failed check whatever its exit status', async () => {
  const counted = "printf '# tests 3\\n# pass 2\\n# fail 1\\n# skipped 0\\n'";
  const where = place();
  expect(
    await runChecks(
      [
        { kind: 'tests', command: `${counted}; exit 1` },
        { kind: 'tests', name: 'unit', command: counted },
        { kind: 'command', command: counted },
        { kind: 'tests', command: 'true' },
      ],
      where,
    ),
  ).toMatchObject([
    { kind: 'tests', passed: false, exit: 1, counts: { passed: 2, failed: 1, skipped: 0 } },
    { kind: 'tests', name: 'unit', command: counted, passed: false, exit: 1 },
    { kind: 'command', passed: true, exit: 0, counts: { failed: 1 } },
    { passed: true, exit: 0 },
  ]);
});

test('a check may have a time limit of its own', async () => {
  const [result] = await runChecks([{ kind: 'command', command: 'sleep 60', timeout: '1s' }], place());
  expect(result).toMatchObject({ passed: false, exit: null });
});

test('what is looked at is a check like the others', async () => {
  const where = place();
  fs.writeFileSync(join(where.dir, 'there'), '');
  const scene = async () => ({ root: where.dir, patch: [], committed: true });
  const results = await runChecks(
    [
      { kind: 'files', exist: ['there'] },
      { kind: 'files', name: 'docs', exist: ['gone'] },
      { kind: 'diff', maxFiles: 0 },
    ],
    { ...where, scene },
  );
  expect(results).toMatchObject([
    { kind: 'files', command: 'files: exist there', passed: true, exit: 0, output: '' },
    { kind: 'files', command: 'docs', name: 'docs', passed: false, exit: 1, output: 'gone does not exist' },
    { kind: 'diff', command: 'diff: maxFiles 0', passed: true },
  ]);
  const outside = await runChecks([{ kind: 'diff', maxFiles: 0 }], where);
  expect(outside).toMatchObject([{ passed: false, output: 'Outside git a change cannot be told.' }]);
});
