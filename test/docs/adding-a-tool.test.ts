import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/base/exec.ts';
import { Report } from '../../src/model/report.ts';
import { conform } from '../../src/operations/conform/conform.ts';
import { formatOf } from '../../src/parse/formats.ts';
import { whichBinary } from '../../src/profiles/installed.ts';
import { loadProfiles } from '../../src/profiles/load-profiles.ts';
import { namedBlocks } from './markdown.ts';

const scratch = mkdtempSync(join(tmpdir(), 'adding-a-tool-'));
const tool = join(scratch, 'tools/inventory');
const repo = join(scratch, 'repo');
const prompt = join(scratch, 'prompt.md');
const blocks = namedBlocks('adding-a-tool.md');

beforeAll(async () => {
  for (const [name, text] of blocks) {
    mkdirSync(dirname(join(tool, name)), { recursive: true });
    writeFileSync(join(tool, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  writeFileSync(prompt, 'What lies here\nIn this project.');
  mkdirSync(repo);
  writeFileSync(join(repo, 'a.txt'), 'one\ntwo\n');
  writeFileSync(join(repo, 'b.txt'), 'one\n');
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
  ])
    await run('git', args, { cwd: repo });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function runTool(access: string) {
  const env = { PATH: process.env.PATH, ORCHESTRA_PROMPT_FILE: prompt, ORCHESTRA_ACCESS: access };
  const input = readFileSync(prompt);
  return run('bash', [join(tool, 'run.sh')], { cwd: repo, env, cleanEnv: true, input });
}

test('the tool of the page loads as a profile without a problem', () => {
  const { profiles, problems } = loadProfiles({ shipped: join(scratch, 'tools') });
  expect(problems).toEqual([]);
  expect(profiles.map(({ profile }) => profile.name)).toEqual(['inventory']);
  const [{ profile, dir } = { profile: undefined, dir: '' }] = profiles;
  expect(profile && whichBinary(profile, dir, process.env.PATH)).toBe(join(tool, 'inventory.sh'));
});

test('the tool of the page keeps what every tool must keep', async () => {
  const checks = await conform(tool, process.env.PATH ?? '');
  const broken = checks.filter(({ passed }) => passed === false);
  // The page shows the two files of a recording that are of interest; its record is left out.
  expect(broken.map(({ name }) => name)).toEqual(['recording success']);
});

test('with read-only access the tool of the page prints its list and writes nothing', async () => {
  const { code, stdout } = await runTool('read-only');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'a.txt:2\nb.txt:1\n' });
  expect((await run('git', ['status', '--porcelain'], { cwd: repo })).stdout).not.toContain('INVENTORY');
});

test('the tool of the page prints what its recording says and writes its file', async () => {
  const { code, stdout } = await runTool('edit');
  expect({ code, stdout }).toEqual({ code: 0, stdout: blocks.get('fixtures/success/output') });
  expect(readFileSync(join(repo, 'INVENTORY.md'), 'utf8')).toBe('# What lies here\n\na.txt:2\nb.txt:1\n');
});

test('the recording of the page gives the report of the page', () => {
  const parser = formatOf('plain').create();
  parser.push(Buffer.from(blocks.get('fixtures/success/output') ?? ''));
  const expected = Report.parse(JSON.parse(blocks.get('fixtures/success/expected.json') ?? ''));
  expect(parser.end({ code: 0, signal: null }, '')).toEqual(expected);
});
