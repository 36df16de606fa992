import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Profile } from '../../src/model/profile.ts';
import { knownVersion } from '../../src/profiles/known-version.ts';
import { shortcomings } from '../../src/profiles/shortcomings.ts';

function place() {
  const dir = mkdtempSync(join(tmpdir(), 'known-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const binary = join(dir, 'agent');
  const write = (version: string) =>
    writeFileSync(binary, `#!/bin/sh\necho asked >>'${dir}/asked'\necho ${version}\n`, { mode: 0o755 });
  const asked = () =>
    existsSync(`${dir}/asked`) ? readFileSync(`${dir}/asked`, 'utf8').split('\n').length - 1 : 0;
  return { binary, write, asked, file: join(dir, 'versions.json') };
}
const profile = Profile.parse({ name: 'a', binary: 'agent', format: 'plain', version: { range: '^1.2' } });

test('a program is asked for its version once, and again when it has changed', async () => {
  const { binary, write, asked, file } = place();
  write('1.2.3');
  for (const _ of [1, 2]) {
    expect(await knownVersion(profile, binary, file)).toMatchObject({ version: '1.2.3', supported: true });
  }
  expect(asked()).toBe(1);
  write('10.0.0');
  expect(await knownVersion(profile, binary, file)).toMatchObject({ version: '10.0.0', supported: false });
  expect(asked()).toBe(2);
  const wider = { ...profile, version: { argv: ['--version'], range: '*' } };
  expect(await knownVersion(wider, binary, file)).toMatchObject({ version: '10.0.0', supported: true });
  expect(asked()).toBe(2);
});

test('answers that cannot be kept or read are asked for again', async () => {
  const { binary, write, asked, file } = place();
  write('1.2.3');
  writeFileSync(file, 'no json');
  expect((await knownVersion(profile, binary, file)).version).toBe('1.2.3');
  expect((await knownVersion(profile, binary, '/nonexistent/versions.json')).version).toBe('1.2.3');
  expect(asked()).toBe(2);
});

test('what a tool lacks is said in sentences', () => {
  const seen = { installed: true, version: '3.0.0', supported: false, problem: null };
  expect(shortcomings(profile, seen, 'unknown')).toEqual([
    'version 3.0.0 is outside ^1.2',
    'read-only is not enforced',
    'edit is not enforced',
    'no session can be resumed, so there is no reply',
    'tokens and cost are unknown, so that no budget can stop it',
  ]);
  const access = { 'read-only': { enforced: true, note: '' }, edit: { enforced: false, note: 'a shell' } };
  const fine = { ...seen, supported: true };
  expect(shortcomings({ ...profile, access, resume: true }, fine, 'computed')).toEqual([
    'edit is not enforced: a shell',
  ]);
});
