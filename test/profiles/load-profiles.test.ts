import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { loadProfiles } from '../../src/profiles/load-profiles.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(join(process.env.HOME ?? '', 'profiles-'));
});

const minimal = (name: string) => `name: ${name}\nbinary: ${name}\nformat: plain\n`;

function tool(origin: 'shipped' | 'user', name: string, text = minimal(name), runScript = true): string {
  const dir = join(root, origin, name);
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(join(dir, 'profile.yaml'), text);
  if (runScript) fs.writeFileSync(join(dir, 'run.sh'), '');
  return dir;
}

const load = () => loadProfiles({ shipped: join(root, 'shipped'), user: join(root, 'user') });

test('the shipped profiles are all sound', () => {
  const { profiles, problems } = loadProfiles({ shipped: join(import.meta.dirname, '..', '..', 'tools') });
  expect(problems).toEqual([]);
  expect(profiles.map(({ profile }) => profile.name)).toContain('rehearsal');
});

test('three keys make a profile, the rest has defaults', () => {
  tool('shipped', 'one');
  expect(load().profiles[0]?.profile).toEqual({
    name: 'one',
    binary: 'one',
    format: 'plain',
    access: {},
    models: {},
    strengths: [],
    env: [],
    resume: false,
    limits: {},
    install: {},
    prices: {},
    automatic: true,
  });
});

test("the user's folder replaces the shipped one of its name, and folders with a _ or a dot are no tools", () => {
  tool('shipped', 'b');
  tool('shipped', 'a');
  tool('shipped', '_lib');
  tool('shipped', '.git');
  fs.writeFileSync(join(root, 'shipped', 'README.md'), '');
  const dir = tool('user', 'a', `${minimal('a')}title: Mine\n`);
  const { profiles, problems } = load();
  expect(problems).toEqual([]);
  expect(profiles.map(({ profile, origin }) => [profile.name, origin])).toEqual([
    ['a', 'user'],
    ['b', 'shipped'],
  ]);
  expect(profiles[0]).toMatchObject({ dir, profile: { title: 'Mine' } });
});

test('a broken profile is a problem of its own, and does not fall back to the shipped one', () => {
  tool('shipped', 'good');
  tool('shipped', 'bad');
  const dir = tool('user', 'bad', 'name: bad\nbinray: x\nformat: plian\n');
  const { profiles, problems } = load();
  expect(profiles.map(({ profile }) => profile.name)).toEqual(['good']);
  const file = join(dir, 'profile.yaml');
  expect(problems[0]?.message.split('\n')).toEqual([
    `${file}:1:1: binary is missing, expected a text.`,
    `${file}:3:9: format is "plian", expected one of claude-stream-json, codex-jsonl, cursor-stream-json, droid-stream-json, opencode-json, gemini-stream-json, copilot-jsonl, aider-text, plain; did you mean "plain"?.`,
    `${file}:2:1: unknown key "binray", did you mean "binary"?.`,
  ]);
});

test.each([
  [
    'name: other\nbinary: x\nformat: plain\n',
    'tools/t/profile.yaml:1:7: name is "other", expected the folder\'s name "t".',
  ],
  [
    `${minimal('t')}version: { range: "newest" }\n`,
    'tools/t/profile.yaml:4:19: version.range is "newest", expected a range such as ">=2.1 <3" or "^0.169".',
  ],
  [`${minimal('t')}version: {}\n`, 'tools/t/profile.yaml:4:10: version.range is missing, expected a text.'],
  [`${minimal('t')}models: { hard: x }\n`, 'tools/t/profile.yaml:4:11: unknown key "hard" in models.'],
  [
    `${minimal('t')}prices:\n  m: { input: -1, output: 2 }\n`,
    'tools/t/profile.yaml:5:15: prices.m.input is -1, expected a number of 0 or more.',
  ],
])('%j is refused with its place', (text, message) => {
  tool('shipped', 't', text);
  expect(load()).toMatchObject({ profiles: [], problems: [{ tool: 't', message }] });
});

test('a missing profile.yaml and a missing run.sh are named', () => {
  tool('shipped', 'a', minimal('a'), false);
  fs.mkdirSync(join(root, 'shipped', 'b'));
  expect(load().problems).toEqual([
    { tool: 'a', message: 'tools/a/run.sh is missing.', hint: 'A tool needs a run.sh that starts it.' },
    {
      tool: 'b',
      message: 'tools/b/profile.yaml is missing.',
      hint: 'A tool needs a profile.yaml and a run.sh.',
    },
  ]);
});

test('a folder that is not there holds no tools', () => {
  expect(load()).toEqual({ profiles: [], problems: [] });
});
