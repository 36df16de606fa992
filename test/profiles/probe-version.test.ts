import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Profile } from '../../src/model/profile.ts';
import { whichBinary } from '../../src/profiles/installed.ts';
import { probeVersion } from '../../src/profiles/probe-version.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(join(process.env.HOME ?? '', 'probe-'));
});

function program(path: string, script = 'true', mode = 0o755): string {
  const file = join(root, path);
  fs.mkdirSync(join(file, '..'), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode });
  return file;
}

const profileOf = (more: object = {}) =>
  Profile.parse({ name: 'x', binary: 'agent', format: 'plain', ...more });

test('a program is found in the first folder of the PATH that holds a runnable one', () => {
  program('a/agent', 'true', 0o644);
  fs.mkdirSync(join(root, 'b', 'agent'), { recursive: true });
  const right = program('c/agent');
  program('d/agent');
  const path = ['a', 'b', 'c', 'd'].map((name) => join(root, name)).join(':');
  expect(whichBinary(profileOf(), root, path)).toBe(right);
  expect(whichBinary(profileOf(), root, join(root, 'a'))).toBeNull();
  expect(whichBinary(profileOf(), root, undefined)).toBeNull();
});

test('relative folders of the PATH are passed over', () => {
  program('agent');
  const here = process.cwd();
  try {
    process.chdir(root);
    expect(whichBinary(profileOf(), root, '.::')).toBeNull();
  } finally {
    process.chdir(here);
  }
});

test("a binary with a slash is relative to the profile's folder", () => {
  const file = program('tool/agent.sh');
  expect(whichBinary(profileOf({ binary: './agent.sh' }), join(root, 'tool'), '')).toBe(file);
  expect(whichBinary(profileOf({ binary: './none' }), join(root, 'tool'), '')).toBeNull();
});

test.each([
  ['echo "agent-cli 0.169.2"', { version: '0.169.2', supported: true, problem: null }],
  ['echo "2.0.1 (Agent)"', { version: '2.0.1', supported: false, problem: null }],
  ['echo v0.170.0-beta.1 >&2', { version: '0.170.0-beta.1', supported: true, problem: null }],
  ['echo hello', { version: null, supported: null, problem: 'printed no version' }],
  [
    'echo "no key 1.2.3" >&2; exit 3',
    { version: null, supported: null, problem: 'ended with 3 when asked for its version: no key 1.2.3' },
  ],
  [
    'kill -9 $$',
    { version: null, supported: null, problem: 'was ended by SIGKILL when asked for its version' },
  ],
])('%s tells the version, or why not', async (script, expected) => {
  const profile = profileOf({ version: { range: '>=0.169 <1' } });
  expect(await probeVersion(profile, program('agent', script))).toEqual({ installed: true, ...expected });
});

test('what is not installed or has no version to ask for stays unknown', async () => {
  expect(await probeVersion(profileOf({ version: { range: '*' } }), null)).toEqual({
    installed: false,
    version: null,
    supported: null,
    problem: 'is not installed',
  });
  expect(await probeVersion(profileOf(), program('agent', 'exit 1'))).toEqual({
    installed: true,
    version: null,
    supported: null,
    problem: null,
  });
});

test('a program that cannot be started says so', async () => {
  const file = program('agent');
  fs.writeFileSync(file, '#!/no/such/interpreter\n');
  const profile = profileOf({ version: { range: '*' } });
  expect(await probeVersion(profile, file)).toMatchObject({
    version: null,
    problem: 'cannot be started (ENOENT)',
  });
});
