import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operation } from '../../src/operations/doctor.ts';
import type { Check } from '../../src/operations/doctor-check.ts';
import { checkNode } from '../../src/operations/doctor-programs.ts';
import { installCommand } from '../../src/operations/install-hints.ts';
import { openStore } from '../../src/store/store.ts';
import { repository, sh, write } from '../git/repository.ts';
import { aTask } from '../store/samples.ts';
import { callerIn, temporary } from './caller.ts';
import { aTaskWith } from './tasks.ts';

type Asker = ReturnType<typeof callerIn>;

async function doctor(
  caller: Asker,
  fix?: boolean,
): Promise<{ checks: Check[]; exit: number | undefined; of(name: string): Check | undefined }> {
  const { documents, exit } = await operation.run(caller, { fix });
  const { checks } = documents[0] as { checks: Check[] };
  return { checks, exit, of: (name) => checks.find((check) => check.name === name) };
}

/** A PATH with git, tmux, bash and a coding agent of one's own. */
function equipped(caller: Asker): Asker {
  const folder = join(caller.env.HOME ?? '', '.config/orchestra/tools/my-agent');
  write(folder, {
    'profile.yaml': 'name: my-agent\nbinary: ./agent\nformat: plain\n',
    'run.sh': 'exec ./agent\n',
    agent: '#!/bin/sh\n',
  });
  fs.chmodSync(join(folder, 'agent'), 0o755);
  Object.assign(caller.env, { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org' });
  return caller;
}

test('where all is there it ends with 0 and has made nothing', async () => {
  const caller = equipped(callerIn(repository().root));
  const { checks, exit } = await doctor(caller);
  expect(checks.filter((check) => check.state === 'problem')).toEqual([]);
  expect(exit).toBe(0);
  expect(checks.map((check) => check.name)).toEqual(
    expect.arrayContaining([
      'node',
      'git',
      'tmux',
      'bash',
      'git identity',
      'config',
      'routes',
      'home',
      'disk',
      'store',
      'ledger',
      'conductor',
      'tmux server',
      'tasks',
      'tool my-agent',
    ]),
  );
  expect(fs.existsSync(caller.home.root)).toBe(false);
});

test('with nothing installed each program is named with the command that installs it', async () => {
  const bin = temporary();
  write(bin, { 'apt-get': '' });
  const { exit, of } = await doctor(callerIn(temporary(), { PATH: bin }));
  expect(exit).toBe(1);
  for (const name of ['git', 'tmux', 'bash']) {
    expect(of(name)).toEqual({
      name,
      state: 'problem',
      detail: 'is not installed',
      remedy: installCommand(name, bin),
    });
  }
  expect(of('tools')).toMatchObject({ state: 'problem', detail: 'no coding agent is installed' });
});

test('programs that are too old, broken or silent are told apart', async () => {
  const bin = temporary();
  write(bin, {
    tmux: '#!/bin/sh\necho tmux 3.1c',
    bash: '#!/bin/sh\necho GNU bash, version 3.2.57',
    git: 'no program',
  });
  for (const name of ['tmux', 'bash', 'git']) fs.chmodSync(join(bin, name), name === 'git' ? 0o644 : 0o755);
  const { of } = await doctor(callerIn(temporary(), { PATH: `${bin}:/nowhere` }));
  expect(of('tmux')?.detail).toBe('3.1c is too old, 3.2 or newer is needed');
  expect(of('bash')?.detail).toBe('3.2.57 is too old, 4.2 or newer is needed');
  expect(of('git')?.state).toBe('problem');
  expect(checkNode('24.15.9').state).toBe('problem');
  expect(checkNode('26.0.0').state).toBe('ok');
});

test('the install command is that of the first package manager, with sudo for who is not root', () => {
  const bin = temporary();
  write(bin, { brew: '' });
  expect(installCommand('tmux', bin, false)).toBe('brew install tmux');
  write(bin, { dnf: '' });
  expect(installCommand('tmux', bin, false)).toBe('sudo dnf install tmux');
  expect(installCommand('tmux', bin, true)).toBe('dnf install tmux');
  expect(installCommand('tmux', '/nowhere', true)).toBe("install tmux with your system's package manager");
});

test('a wrong key in a configuration is told with its place', async () => {
  const { root } = repository();
  write(root, { '.orchestra/config.yaml': 'paralel: 2\n', '.orchestra/routes.yaml': 'tiers: 3\n' });
  const { exit, of } = await doctor(callerIn(root));
  expect(exit).toBe(1);
  expect(of('config')).toMatchObject({
    state: 'problem',
    detail: expect.stringContaining('.orchestra/config.yaml:1:1: unknown key "paralel"'),
  });
  expect(of('routes')?.detail).toContain('.orchestra/routes.yaml:1');
});

test('a home open to others is a warning, and closed by --fix', async () => {
  const caller = callerIn(temporary());
  fs.mkdirSync(caller.home.root, { mode: 0o755 });
  expect((await doctor(caller)).of('home')).toMatchObject({ state: 'warning' });
  expect((await doctor(caller, true)).of('home')).toMatchObject({ state: 'ok', fixed: true });
  expect(fs.statSync(caller.home.root).mode & 0o777).toBe(0o700);
  fs.rmdirSync(caller.home.root);
  fs.writeFileSync(caller.home.root, '');
  expect((await doctor(caller)).of('home')?.detail).toBe(`${caller.home.root} is not a folder`);
});

test('a damaged store and bad lines of the ledger are found', async () => {
  const caller = callerIn(temporary());
  openStore(caller.home, { write: true }).close();
  fs.writeFileSync(caller.home.ledger, '{"torn\n\n');
  const before = await doctor(caller);
  expect(before.of('store')).toMatchObject({ state: 'ok', detail: 'whole' });
  expect(before.of('ledger')).toMatchObject({
    state: 'warning',
    detail: '0 runs, and 1 line that cannot be read',
  });
  fs.writeFileSync(caller.home.database, 'x'.repeat(8192));
  expect((await doctor(caller)).of('store')?.detail).toContain('is damaged');
});

test('a lock and a socket left by what was killed are removed by --fix, and only then', async () => {
  const caller = callerIn(temporary());
  openStore(caller.home, { write: true }).close();
  const socket = join(caller.home.root, 'tmux.sock');
  leaveBehind(caller, socket);
  const before = await doctor(caller);
  expect(before.of('conductor')).toMatchObject({ state: 'warning' });
  expect(before.of('tmux server')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('is left over'),
  });
  expect(fs.existsSync(socket) && fs.existsSync(caller.home.conductorLock)).toBe(true);
  const after = await doctor(caller, true);
  expect(after.of('conductor')).toMatchObject({ state: 'ok', fixed: true });
  expect(after.of('tmux server')).toMatchObject({ state: 'ok', fixed: true });
  expect(fs.existsSync(socket) || fs.existsSync(caller.home.conductorLock)).toBe(false);
});

function leaveBehind(caller: Asker, socket: string): void {
  fs.writeFileSync(
    caller.home.conductorLock,
    JSON.stringify({ pid: 1, startTime: 'x', bootId: 'y', since: 'z' }),
  );
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  expect(spawnSync(process.execPath, ['-e', script, socket]).signal).toBe('SIGKILL');
}

test('a living tmux server is asked, and --fix leaves it alone', async () => {
  const caller = callerIn(temporary());
  openStore(caller.home, { write: true }).close();
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', join(caller.home.root, 'tmux.sock'), '-f', '/dev/null', ...args]);
  tmux('new-session', '-d', 'sleep 60');
  try {
    expect((await doctor(caller, true)).of('tmux server')).toMatchObject({ state: 'ok', detail: '1 window' });
    tmux('has-session');
  } finally {
    tmux('kill-server');
  }
});

test('a task without its run folder or its work is found, and so is work without a task', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const gone = await aTaskWith(caller, root, { status: 'review' });
  const kept = await aTaskWith(caller, root, { status: 'review' });
  expect((await doctor(caller)).of('tasks')).toMatchObject({
    state: 'ok',
    detail: '2 stored, nothing missing',
  });
  fs.rmSync(join(caller.home.runs, gone.task), { recursive: true });
  sh(root, 'worktree', 'remove', '--force', gone.dir);
  sh(root, 'branch', '-D', gone.branch);
  sh(root, 'worktree', 'remove', '--force', kept.dir);
  sh(root, 'branch', 'orchestra/task-99-old');
  fs.mkdirSync(join(caller.home.worktrees, 'repo/task-98'), { recursive: true });
  const { checks, of } = await doctor(caller);
  const ofGone = checks
    .filter((check) => check.name === gone.task)
    .map((check) => `${check.state}: ${check.detail}`);
  expect(ofGone).toEqual([
    `problem: its run folder ${join(caller.home.runs, gone.task, '1')} is missing`,
    `problem: its worktree ${gone.dir} and its branch ${gone.branch} are missing`,
  ]);
  expect(of(kept.task)).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining(`its branch ${kept.branch} is there`),
  });
  expect(of('worktree')?.detail).toContain('repo/task-98 belongs to no task');
  expect(of('branches')?.detail).toBe('of no task in this home: orchestra/task-99-old');
});

test('what store, folders and ledger do not agree on is found, mended by --fix, and then is no more', async () => {
  const { root } = repository();
  const caller = callerIn(root);
  const folderGone = await aTaskWith(caller, root, { status: 'review' });
  const workGone = await aTaskWith(caller, root, { status: 'review', commit: true });
  const commit = sh(root, 'rev-parse', workGone.branch);
  const store = openStore(caller.home, { write: true });
  store.append(workGone.task, 1, {
    type: 'verified',
    verdict: { commit, files: [], commits: [], checks: [] },
  });
  store.close();
  fs.rmSync(join(caller.home.runs, folderGone.task), { recursive: true });
  sh(root, 'worktree', 'remove', '--force', workGone.dir);
  sh(root, 'branch', '-D', workGone.branch);
  write(join(caller.home.runs, 'task-9/1'), { 'prompt.md': 'What was asked' });

  const names = ['run folders', 'costs', folderGone.task, workGone.task];
  const before = await doctor(caller);
  for (const name of names) expect(before.of(name)?.state).toMatch(/warning|problem/);
  expect(fs.existsSync(workGone.dir) || fs.existsSync(caller.home.ledger)).toBe(false);

  const after = await doctor(caller, true);
  for (const name of names) expect(after.of(name)).toMatchObject({ state: 'ok', fixed: true });
  expect(fs.readFileSync(join(workGone.dir, `${workGone.task}.txt`), 'utf8')).toBe('work\n');
  expect(sh(root, 'rev-parse', workGone.branch)).toBe(commit);
  const again = openStore(caller.home);
  expect([again.text('task-9'), again.inStatus('failed')]).toEqual(['What was asked', ['task-9']]);
  again.close();
  expect(fs.readFileSync(caller.home.ledger, 'utf8').trimEnd().split('\n')).toHaveLength(2);

  const last = await doctor(caller, true);
  expect(last.checks.filter((check) => check.fixed)).toEqual([]);
  expect(last.checks.filter((check) => names.includes(check.name))).toEqual([]);
});

test('a clock that was set back is told', async () => {
  const caller = callerIn(temporary());
  const store = openStore(caller.home, { write: true });
  store.createTask({ ...aTask(), at: new Date(Date.now() + 3_600_000).toISOString() });
  store.close();
  expect((await doctor(caller)).of('clock')).toMatchObject({ state: 'warning' });
});
