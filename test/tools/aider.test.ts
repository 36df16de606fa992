import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/base/exec.ts';

const tool = resolve(import.meta.dirname, '../../tools/aider');
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'aider-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// Writes down how it was called, where the real program would ask a model.
const stub = `#!/usr/bin/env bash
printf '%s\\0' "$@" >"$STUB_DIR/argv"
printf '%s\\n' "$BROWSER" "$COLUMNS" "$(git config user.name)" >"$STUB_DIR/env"
cat >"$STUB_DIR/stdin"
while (($#)); do
  case $1 in
    --message-file) cat "$2" >"$STUB_DIR/message" ;;
    --chat-history-file) cat "$2" >"$STUB_DIR/history" 2>/dev/null; echo "turn" >>"$2" ;;
  esac
  shift
done
exit 7
`;
const bin = join(scratch, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'aider'), stub);
chmodSync(join(bin, 'aider'), 0o755);

interface Called {
  code: number | null;
  stderr: string;
  argv: string[];
  message: Buffer;
  read(name: string): string;
}

async function call(
  prompt: string | Buffer,
  more: Record<string, string> = {},
  at: { cwd?: string; task?: string; run?: string } = {},
): Promise<Called> {
  const cwd = at.cwd ?? (await newRepo());
  const runDir = join(at.task ?? mkdtempSync(join(scratch, 'task ')), at.run ?? '1');
  const stubDir = mkdtempSync(join(scratch, 'stub-'));
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, 'prompt.md'), prompt);
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: scratch,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: scratch,
    STUB_DIR: stubDir,
    ORCHESTRA_PROMPT_FILE: join(runDir, 'prompt.md'),
    ORCHESTRA_RUN_DIR: runDir,
    ...more,
  };
  const ended = await run('bash', [join(tool, 'run.sh')], { cwd, env, cleanEnv: true, input: 'on stdin' });
  const file = (name: string) =>
    existsSync(join(stubDir, name)) ? readFileSync(join(stubDir, name)) : Buffer.alloc(0);
  return {
    code: ended.code,
    stderr: ended.stderr,
    argv: file('argv').toString().split('\0').slice(0, -1),
    message: file('message'),
    read: (name) => file(name).toString(),
  };
}

async function newRepo(...identity: string[]): Promise<string> {
  const dir = mkdtempSync(join(scratch, 'repo '));
  await run('git', ['init', '-q', '-b', 'main', dir], { env: { HOME: scratch } });
  if (identity.length > 0) writeFileSync(join(dir, '.git/config'), identity.join('\n'), { flag: 'a' });
  return dir;
}

const after = (argv: string[], flag: string) => argv[argv.indexOf(flag) + 1];

test.each([
  ['blank edges and CR', '\r\n  x  \n\n\n'],
  ['nothing at all', ''],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0x00, 0xc0, 0x2f, 0x0a])],
])('a prompt of %s arrives byte for byte, by file and nowhere else', async (_, prompt) => {
  const { code, argv, message, read } = await call(prompt);
  expect(code).toBe(7);
  expect(message.equals(Buffer.from(prompt))).toBe(true);
  expect(after(argv, '--message-file')).toMatch(/\/1\/prompt\.md$/);
  expect(read('stdin')).toBe('');
});

test.each(['/run touch canary', '!touch canary', '/', '!'])(
  'the prompt "%s" is not taken for a command',
  async (prompt) => {
    const { message } = await call(prompt);
    expect(message.toString()).toBe(`\n${prompt}`);
  },
);

test('nothing asks, opens, updates, commits or reports', async () => {
  const { argv, read } = await call('x');
  expect(argv).toEqual(
    expect.arrayContaining([
      '--yes-always',
      '--no-pretty',
      '--no-stream',
      '--no-check-update',
      '--no-show-release-notes',
      '--no-analytics',
      '--no-suggest-shell-commands',
      '--no-detect-urls',
      '--no-auto-commits',
      '--no-gitignore',
    ]),
  );
  expect(argv).not.toContain('--analytics-disable');
  expect(argv).not.toContain('--model');
  expect(read('env').split('\n').slice(0, 2)).toEqual(['true', '10000']);
});

test('read-only asks alone and writes nothing; the other levels pass nothing', async () => {
  const { argv } = await call('x', { ORCHESTRA_ACCESS: 'read-only' });
  expect(after(argv, '--chat-mode')).toBe('ask');
  expect(argv).toEqual(expect.arrayContaining(['--dry-run', '--no-auto-lint', '--no-auto-test']));
  for (const access of ['edit', 'full']) {
    const free = (await call('x', { ORCHESTRA_ACCESS: access })).argv;
    expect(free).not.toContain('--chat-mode');
    expect(free).not.toContain('--dry-run');
  }
});

test('an unknown access level starts nothing', async () => {
  const { code, stderr, argv } = await call('x', { ORCHESTRA_ACCESS: 'all' });
  expect([code, stderr, argv]).toEqual([2, "run.sh: unknown ORCHESTRA_ACCESS 'all'\n", []]);
});

test('a resumed run goes on in a copy of the history of the run before', async () => {
  const cwd = await newRepo();
  const task = mkdtempSync(join(scratch, 'task '));
  const first = await call('x', {}, { cwd, task, run: '9' });
  expect(first.argv).not.toContain('--restore-chat-history');
  const session = { ORCHESTRA_SESSION: 'chat-history' };
  const second = await call('x', session, { cwd, task, run: '10' });
  expect(second.argv).toContain('--restore-chat-history');
  expect(second.read('history')).toBe('turn\n');
  expect((await call('x', session, { cwd, task, run: '11' })).read('history')).toBe('turn\nturn\n');
  expect(readFileSync(join(task, '9/aider.chat.md'), 'utf8')).toBe('turn\n');
});

test('a session without its history is refused', async () => {
  const { code, stderr, argv } = await call('x', { ORCHESTRA_SESSION: 'chat-history' }, { run: '2' });
  expect([code, argv]).toEqual([2, []]);
  expect(stderr).toMatch(/^run\.sh: the conversation cannot be resumed: .*\/1\/aider\.chat\.md not found\n$/);
});

test('what it keeps in the worktree is not seen by git, also from a folder below', async () => {
  const repo = await newRepo();
  const below = join(repo, 'a');
  mkdirSync(below);
  await call('x', {}, { cwd: below });
  writeFileSync(join(repo, '.aider.tags.cache.v4/cache.db'), 'x');
  expect(existsSync(join(below, '.aider.tags.cache.v4'))).toBe(false);
  const status = await run('git', ['-C', repo, 'status', '--porcelain'], { env: { HOME: scratch } });
  expect([status.code, status.stdout]).toEqual([0, '']);
});

test('a missing git identity is lent, one that is there is kept', async () => {
  expect((await call('x')).read('env').split('\n')[2]).toBe('aider');
  const cwd = await newRepo('[user]', 'name = Own', 'email = own@example.org');
  expect((await call('x', {}, { cwd })).read('env').split('\n')[2]).toBe('Own');
});

test('outside git it makes no repository and leaves nothing behind', async () => {
  const cwd = mkdtempSync(join(scratch, 'folder-'));
  const { argv } = await call('x', {}, { cwd });
  expect(argv).toContain('--no-git');
  expect(existsSync(join(cwd, '.aider.tags.cache.v4'))).toBe(false);
});
