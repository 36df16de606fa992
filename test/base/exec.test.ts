import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { run as runWithExeca } from '../../src/base/exec.ts';
import { runLight } from '../../src/base/light-exec.ts';
import { processesWithEnv, sweepByEnv } from '../../src/base/process.ts';

for (const [name, run] of [
  ['execa', runWithExeca],
  ['node', runLight],
] as const) {
  describe(`with ${name}`, () => testsOf(run));
}

function testsOf(run: typeof runLight) {
  const sh = (script: string, options?: Parameters<typeof run>[2]) => run('sh', ['-c', script], options);

  test('streams and exit status come back as they were', async () => {
    expect(await sh('printf "out\\n"; printf err >&2; exit 7')).toEqual({
      code: 7,
      signal: null,
      stdout: 'out\n',
      stderr: 'err',
      timedOut: false,
      startError: undefined,
    });
  });

  test('a signal is no exit status', async () => {
    expect(await sh('kill -9 $$')).toMatchObject({ code: null, signal: 'SIGKILL', startError: undefined });
  });

  test('a program or folder that is missing is told by its name, and nothing is thrown', async () => {
    const nothing = { code: null, signal: null, startError: 'ENOENT', timedOut: false };
    expect(await run('no-such-program-anywhere', [])).toMatchObject(nothing);
    expect(await sh('true', { cwd: '/nonexistent/folder' })).toMatchObject(nothing);
    expect(await run(tmpdir(), [])).toMatchObject({ code: null, startError: 'EACCES' });
  });

  test('arguments travel as they are, past any shell', async () => {
    const words = ['$(touch x)', '`id`', 'a "b" \'c\'', '', '--', '* ?', 'two\nlines', 'ünï😀'];
    const { stdout } = await run(process.execPath, [
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ]);
    expect(JSON.parse(stdout)).toEqual(words);
  });

  test('input reaches a program whole, and one that does not read it is no failure', async () => {
    const input = 'x'.repeat(300_000);
    expect((await run('cat', [], { input })).stdout).toBe(input);
    expect((await run('cat', [], { input: Buffer.from('ü') })).stdout).toBe('ü');
    expect(await run('true', [], { input })).toMatchObject({ code: 0 });
    expect(await run('cat', [])).toMatchObject({ code: 0, stdout: '' });
  });

  test('env is added to ours, or is all there is', async () => {
    const show = 'echo "${HOME:+home} $ADDED"';
    expect((await sh(show, { env: { ADDED: 'yes' } })).stdout).toBe('home yes\n');
    expect((await sh(show, { env: { ADDED: 'yes', HOME: undefined } })).stdout).toBe(' yes\n');
    const clean = { env: { ADDED: 'yes', PATH: process.env.PATH }, cleanEnv: true };
    expect((await sh(show, clean)).stdout).toBe(' yes\n');
  });

  test('no more than the given output is kept', async () => {
    const { stdout } = await sh('printf 0123456789; exec sleep 20', { maxBuffer: 4 });
    expect(stdout).toBe('0123');
  });

  test('what takes too long, ignores TERM or leaves a child on its streams is let go of', async () => {
    const tag = `EXEC_TEST=${process.pid}`;
    const env = { EXEC_TEST: String(process.pid) };
    const limits = { timeoutMs: 100, env };
    const [slow, deaf, parent] = await Promise.all([
      sh('echo begun; exec sleep 30', limits),
      sh('trap "" TERM; while :; do sleep 0.05; done', limits),
      sh('setsid sleep 30 & echo done', limits),
    ]);
    expect(slow).toMatchObject({ code: null, signal: 'SIGTERM', timedOut: true, stdout: 'begun\n' });
    expect(deaf).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true });
    expect(parent).toMatchObject({ stdout: 'done\n' });
    await sweepByEnv(tag, 0);
    expect(await processesWithEnv(tag)).toEqual([]);
  });
}
