import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../src/base/exec.ts';
import { Profile } from '../../src/model/profile.ts';
import { Report } from '../../src/model/report.ts';
import { TaskRequest } from '../../src/model/request.ts';

const root = resolve(import.meta.dirname, '../..');
const tool = join(root, 'tools/rehearsal');
const project = join(root, 'config/demo/project');
const tasks = TaskRequest.array().parse(
  JSON.parse(readFileSync(join(root, 'config/demo/tasks.json'), 'utf8')),
);
const changes = [' M lib/greeting.sh', '?? test/farewell.test.sh', ' M README.md'];

const scratch = mkdtempSync(join(tmpdir(), 'rehearsal-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const env = {
  PATH: process.env.PATH,
  HOME: scratch,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  REHEARSAL_PACE: '0',
};

async function git(cwd: string, ...args: string[]): Promise<string> {
  const result = await run('git', args, { cwd, env, cleanEnv: true });
  if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

async function newRepo(from?: string): Promise<string> {
  const dir = mkdtempSync(join(scratch, 'repo '));
  if (from !== undefined) cpSync(from, dir, { recursive: true });
  else writeFileSync(join(dir, 'README'), 'hello\n');
  await git(dir, 'init', '-q', '-b', 'main');
  await git(dir, 'add', '.');
  await git(dir, 'commit', '-qm', 'start');
  return dir;
}

const changesIn = async (dir: string) =>
  (await git(dir, 'status', '--porcelain', '-uall')).split('\n').filter(Boolean);
const check = async (dir: string, command: string) =>
  (await run('sh', ['-c', command], { cwd: dir, env, cleanEnv: true })).code;

interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: { content?: string; file_path?: string };
  tool_use_id?: string;
}

/** The events of one run, each line of which must be whole JSON in UTF-8. */
async function rehearse(cwd: string, prompt: string | Uint8Array, more: Record<string, string> = {}) {
  const result = await run(join(tool, 'run.sh'), [], {
    cwd,
    input: prompt,
    env: { ...env, ...more },
    cleanEnv: true,
  });
  expect(result.stdout === '' || result.stdout.endsWith('\n')).toBe(true);
  const events = result.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const blocks: Block[] = events.flatMap((event) => event.message?.content ?? []);
  return { code: result.code, stderr: result.stderr, events, blocks, last: events.at(-1) };
}

test('the profile is valid, is never picked by the router and says that no model was asked', () => {
  const profile = Profile.parse(parse(readFileSync(join(tool, 'profile.yaml'), 'utf8')));
  expect(profile.automatic).toBe(false);
  expect(profile.notice).toBe('Rehearsal: a scripted agent, no model was asked.');
  expect(profile.env).toEqual(['REHEARSAL_PACE']);
});

test('it tells its version', async () => {
  expect((await run(join(tool, 'agent.sh'), ['--version'])).stdout).toBe('rehearsal 1.0.0\n');
});

test.each(tasks.map(({ task, checks }, index) => ({ task, checks, change: changes[index] })))(
  'the demo task "$task" turns its check from red to green by one file',
  async ({ task, checks, change }) => {
    const dir = await newRepo(project);
    const command = String(checks?.[0]);
    expect(await check(dir, command)).not.toBe(0);
    const { code, last } = await rehearse(dir, task);
    expect(code).toBe(0);
    expect(last).toMatchObject({ type: 'result', subtype: 'success', is_error: false, total_cost_usd: 0 });
    expect(await changesIn(dir)).toEqual([change]);
    expect(await check(dir, command)).toBe(0);
  },
);

test('the demo tasks land together without a conflict, and all suites are green', async () => {
  const dir = await newRepo(project);
  expect(await check(dir, './test.sh')).toBe(1);
  for (const [index, { task }] of tasks.entries()) {
    const tree = join(scratch, `tree-${index}`);
    await git(dir, 'worktree', 'add', '-q', '-b', `work-${index}`, tree, 'main');
    await rehearse(tree, task);
    await git(tree, 'add', '.');
    await git(tree, 'commit', '-qm', task);
  }
  for (const index of tasks.keys()) await git(dir, 'merge', '-q', '--no-edit', `work-${index}`);
  const all = await run('./test.sh', [], { cwd: dir, env, cleanEnv: true });
  expect(all.stdout).toContain('6 passed, 0 failed');
  expect(all.code).toBe(0);
});

test('the stream opens with a session, answers each tool use and ends with free usage', async () => {
  const { events, blocks, last } = await rehearse(await newRepo(project), tasks[0]?.task ?? '');
  expect(events[0]).toMatchObject({ type: 'system', subtype: 'init', model: 'scripted' });
  expect(new Set(events.map((event) => event.session_id)).size).toBe(1);
  const ids = events.filter((event) => event.type === 'assistant').map((event) => event.message.id);
  expect(new Set(ids).size).toBe(ids.length);
  const used = blocks.filter((block) => block.type === 'tool_use');
  expect(new Set(used.map((block) => block.name))).toEqual(new Set(['TodoWrite', 'Bash', 'Read', 'Edit']));
  expect(blocks.filter((block) => block.type === 'tool_result').map((block) => block.tool_use_id)).toEqual(
    used.map((block) => block.id),
  );
  expect(last).toMatchObject({ num_turns: ids.length, modelUsage: {}, permission_denials: [] });
  expect(Object.values(last.usage)).toEqual([0, 0, 0, 0]);
});

const controls = Buffer.from([...Array.from({ length: 31 }, (_, index) => index + 1), 127]);
test.each([
  ['quotes and substitutions', '"\'`touch canary`$(touch canary) \\ %s %n &&; touch canary #{x}'],
  ['leading dashes', '--help\n-n -e\n'],
  ['every control byte', controls],
  ['other scripts and emoji', '日本語 \u202eעברית 👩‍👩‍👧 \u2028é'],
  [
    'bytes that are no UTF-8',
    Buffer.from([0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x22, 0xe2, 0x82]),
  ],
  ['final newlines', 'x\n\n\n'],
  ['200 KB', 'line "é"\n'.repeat(20_000)],
  ['a path', '../../etc/passwd'],
])('a prompt of %s is written down whole and runs nothing', async (_, prompt) => {
  const dir = await newRepo();
  const { code, blocks } = await rehearse(dir, prompt);
  expect(code).toBe(0);
  const added = await changesIn(dir);
  expect(added).toHaveLength(1);
  expect(added[0]).toMatch(/^\?\? rehearsal-notes\/[a-z0-9-]+\.md$/);
  const note = readFileSync(join(dir, added[0]?.slice(3) ?? ''));
  writeFileSync(join(scratch, 'prompt'), prompt);
  expect(note.toString()).toContain(
    `git blob: ${await git(dir, 'hash-object', '--no-filters', join(scratch, 'prompt'))}`,
  );
  const written = blocks.find((block) => block.name === 'Write')?.input?.content ?? '';
  expect(written.replace(/\ufffd+/g, '?')).toBe(note.toString().replace(/\ufffd+/g, '?'));
});

test('every kind of character survives as a JSON string', async () => {
  const edges = [0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff];
  const text = String.fromCodePoint(...Array.from({ length: 0x17f }, (_, index) => index), ...edges);
  const result = await run('bash', ['-c', '. "$1"; json_stdin', 'bash', join(tool, 'json.sh')], {
    input: text,
  });
  expect(JSON.parse(result.stdout)).toBe(text);
});

test('a prompt file goes before stdin', async () => {
  const dir = await newRepo();
  writeFileSync(join(scratch, 'from-file'), 'from the file');
  await rehearse(dir, 'from stdin', { ORCHESTRA_PROMPT_FILE: join(scratch, 'from-file') });
  expect(await changesIn(dir)).toEqual(['?? rehearsal-notes/from-the-file.md']);
});

test('a second run on the same prompt adds a second note and keeps the first', async () => {
  const dir = await newRepo();
  await rehearse(dir, 'Do it');
  const first = readFileSync(join(dir, 'rehearsal-notes/do-it.md'), 'utf8');
  await rehearse(dir, 'Do it!');
  expect(readdirSync(join(dir, 'rehearsal-notes')).sort()).toEqual(['do-it-2.md', 'do-it.md']);
  expect(readFileSync(join(dir, 'rehearsal-notes/do-it.md'), 'utf8')).toBe(first);
});

test.each([...tasks.map(({ task }) => task), 'Anything else'])(
  'read-only access to "%s" changes nothing',
  async (task) => {
    const dir = await newRepo(project);
    const { code, blocks, last } = await rehearse(dir, task, { ORCHESTRA_ACCESS: 'read-only' });
    expect(code).toBe(0);
    expect(last.result).toContain('I changed nothing');
    expect(blocks.filter((block) => ['Edit', 'Write', 'Bash'].includes(block.name ?? ''))).toEqual([]);
    expect(await changesIn(dir)).toEqual([]);
  },
);

test('a step that writes refuses under read-only access even when a scenario asks for it', async () => {
  const dir = await newRepo();
  const script =
    'set -euo pipefail; for part in json stream steps; do . "$1/$part.sh"; done; access=read-only; pace=0; open_session; echo x | write_file x';
  const result = await run('bash', ['-c', script, 'bash', tool], { cwd: dir });
  expect(result.code).toBe(1);
  expect(result.stderr).toBe('rehearsal: access is read-only, so I do not write x\n');
  expect(existsSync(join(dir, 'x'))).toBe(false);
});

test('a resumed session keeps its id and says so, and an unused model is named', async () => {
  const session = 'a "session"\n1';
  const { events, blocks } = await rehearse(await newRepo(), 'go on', {
    ORCHESTRA_SESSION: session,
    ORCHESTRA_MODEL: 'big',
  });
  expect(new Set(events.map((event) => event.session_id))).toEqual(new Set([session]));
  expect(blocks[0]?.text).toContain(`I resume session ${session}.`);
  expect(blocks[0]?.text).toContain('The model big stays unused.');
});

test('a note that cannot be written ends with an error event and exit 1', async () => {
  const dir = await newRepo();
  writeFileSync(join(dir, 'rehearsal-notes'), 'a file\n');
  const { code, stderr, last } = await rehearse(dir, 'Anything');
  expect(code).toBe(1);
  expect(last).toMatchObject({ type: 'result', subtype: 'error_during_execution', is_error: true });
  expect(stderr).toBe('rehearsal: rehearsal-notes is no folder that I can write to\n');
});

test('a check that stays red is never called a success', async () => {
  const dir = await newRepo(project);
  writeFileSync(join(dir, 'test.sh'), '#!/bin/sh\nexit 3\n');
  const { code, last } = await rehearse(dir, tasks[0]?.task ?? '');
  expect(code).toBe(1);
  expect(last).toMatchObject({
    is_error: true,
    result: 'lib/greeting.sh is edited, but ./test.sh still exits 3',
  });
});

test('a wrong pace is refused before anything happens', async () => {
  const { code, stderr, events } = await rehearse(await newRepo(), 'x', {
    REHEARSAL_PACE: '1; touch canary',
  });
  expect(code).toBe(2);
  expect(events).toEqual([]);
  expect(stderr).toContain('expected seconds for each step, such as 0.5');
});

test('SIGTERM ends it within a step, without a result event and with nothing left behind', async () => {
  const child = spawn(join(tool, 'run.sh'), {
    cwd: await newRepo(),
    env: { ...env, REHEARSAL_PACE: '600' },
    detached: true,
  });
  let output = '';
  child.stdin.end('x');
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes;
    child.kill('SIGTERM');
  });
  const [code, signal] = await once(child, 'close');
  expect(signal ?? code).toBe('SIGTERM');
  expect(output).not.toContain('"type":"result"');
  await vi.waitFor(() => expect(() => process.kill(-(child.pid as number), 0)).toThrow('ESRCH'));
});

test.each(readdirSync(join(tool, 'fixtures')))(
  'the expected report of the fixture %s is a report',
  (name) => {
    const file = join(tool, 'fixtures', name, 'expected.json');
    expect(Report.parse(JSON.parse(readFileSync(file, 'utf8'))).model).toBe('scripted');
  },
);
