import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/base/exec.ts';
import { profileIn } from '../../src/profiles/load-profiles.ts';
import { probeVersion } from '../../src/profiles/probe-version.ts';

const tool = resolve(import.meta.dirname, '../../tools/cursor');
const scratch = mkdtempSync(join(tmpdir(), 'cursor-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// Writes down how it was called, where the real program would ask its servers.
const stub = `#!/usr/bin/env bash
if [[ $1 == --version ]]; then echo 2026.09.02-c22c1a3; exit; fi
printf '%s\\0' "$@" >"$STUB_DIR/argv"
echo "$NO_OPEN_BROWSER" >"$STUB_DIR/env"
cat >"$STUB_DIR/stdin"
exit 7
`;
const bin = join(scratch, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'cursor-agent'), stub);
chmodSync(join(bin, 'cursor-agent'), 0o755);
const fixed = ['--print', '--output-format', 'stream-json', '--trust'];

async function call(prompt: string | Buffer, more: Record<string, string> = {}) {
  const dir = mkdtempSync(join(scratch, 'stub-'));
  writeFileSync(join(dir, 'prompt.md'), prompt);
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: scratch,
    STUB_DIR: dir,
    ORCHESTRA_PROMPT_FILE: join(dir, 'prompt.md'),
    ...more,
  };
  const script = 'bash "$1/run.sh" <"$ORCHESTRA_PROMPT_FILE"';
  const ended = await run('bash', ['-c', script, 'bash', tool], { cwd: dir, env, cleanEnv: true });
  const file = (name: string) =>
    existsSync(join(dir, name)) ? readFileSync(join(dir, name)) : Buffer.alloc(0);
  return {
    code: ended.code,
    stderr: ended.stderr,
    argv: file('argv').toString().split('\0').slice(0, -1),
    stdin: file('stdin'),
    env: file('env').toString(),
  };
}

test('the profile is valid, and knows the version as a supported one', async () => {
  const profile = profileIn(tool);
  expect(profile).toMatchObject({ name: 'cursor', format: 'cursor-stream-json', resume: true });
  expect(await probeVersion(profile, join(bin, 'cursor-agent'))).toMatchObject({
    version: '2026.09.02-c22c1a3',
    supported: true,
  });
});

test('no access level is called enforced', () => {
  expect(Object.values(profileIn(tool).access).map(({ enforced }) => enforced)).toEqual([
    false,
    false,
    false,
  ]);
});

test('bytes that are no UTF-8 arrive on stdin', async () => {
  const prompt = Buffer.from([0xff, 0xc0, 0x2f, 0x0a]);
  const { code, stdin } = await call(prompt);
  expect([code, stdin.equals(prompt)]).toEqual([7, true]);
});

test.each([
  ['read-only', ['--mode', 'ask', '--sandbox', 'enabled']],
  ['edit', ['--force', '--sandbox', 'enabled']],
  ['full', ['--force', '--sandbox', 'disabled']],
])('the access level %s has its flags', async (access, flags) => {
  expect((await call('x', { ORCHESTRA_ACCESS: access })).argv).toEqual([...fixed, ...flags]);
});

test('an unknown access level starts nothing', async () => {
  const { code, stderr, argv } = await call('x', { ORCHESTRA_ACCESS: 'all' });
  expect([code, stderr, argv]).toEqual([2, "run.sh: unknown ORCHESTRA_ACCESS 'all'\n", []]);
});

test('model and session are passed on, each as one word', async () => {
  const { argv } = await call('x', { ORCHESTRA_MODEL: 'gpt 5', ORCHESTRA_SESSION: '-s "1"' });
  expect(argv.slice(4, 7)).toEqual(['--model', 'gpt 5', '--resume=-s "1"']);
});

test('no browser is opened unless the user wants it', async () => {
  expect((await call('x')).env).toBe('1\n');
  expect((await call('x', { NO_OPEN_BROWSER: '' })).env).toBe('\n');
});
