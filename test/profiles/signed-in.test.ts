import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Profile } from '../../src/model/profile.ts';
import { signedIn } from '../../src/profiles/signed-in.ts';

const profile = Profile.parse({
  name: 'a',
  binary: 'a',
  format: 'plain',
  signedIn: { env: ['A_KEY', 'B_KEY'], files: ['${A_HOME:-~/.a}/auth.json'], elsewhere: ['macos'] },
});

function home(): string {
  const dir = mkdtempSync(join(tmpdir(), 'signed-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a variable that is set says so by its name, never by its value', () => {
  const found = signedIn(profile, { B_KEY: 'secret', A_KEY: '' }, 'linux');
  expect(found).toEqual({ state: 'yes', by: 'B_KEY' });
});

test('a file that is there says so without being read, also where a variable moves it', () => {
  const HOME = home();
  expect(signedIn(profile, { HOME }, 'linux').state).toBe('no');
  mkdirSync(join(HOME, '.a'));
  writeFileSync(join(HOME, '.a/auth.json'), 'secret');
  chmodSync(join(HOME, '.a/auth.json'), 0o000);
  expect(signedIn(profile, { HOME }, 'linux')).toEqual({ state: 'yes', by: '${A_HOME:-~/.a}/auth.json' });
  expect(signedIn(profile, { HOME, A_HOME: join(HOME, 'b') }, 'linux').state).toBe('no');
  expect(signedIn(profile, { A_HOME: join(HOME, '.a') }, 'linux').state).toBe('yes');
});

test('where credentials may lie elsewhere, or nothing is known, it is unknown', () => {
  expect(signedIn(profile, { HOME: home() }, 'macos')).toEqual({ state: 'unknown', by: null });
  const silent = { ...profile, signedIn: undefined };
  expect(signedIn(silent, { A_KEY: 'x' }, 'linux')).toEqual({ state: 'unknown', by: null });
});
