import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { Home } from '../../src/model/home.ts';
import { attachCommand } from '../../src/tmux/attach.ts';
import { askTmux, checkTmux } from '../../src/tmux/server.ts';
import { recordedServer, socketPath } from '../../src/tmux/socket.ts';
import { capturePane, closeWindow, listWindows, openWindow } from '../../src/tmux/windows.ts';
import { gone, scene, signal, until } from './scene.ts';

const sleeper = ['sleep', '600'];

function launchOf(task: string, place: Awaited<ReturnType<typeof openWindow>>) {
  return { task, run: 1, ...place };
}

const before = { HOME: process.env.HOME };

// Ahead of the suite's own look at the environment.
afterEach(() => {
  process.env.HOME = before.HOME;
  delete process.env.TMUX;
});

async function hasEnded(home: Home, pane: string): Promise<boolean> {
  const answer = await askTmux(home, ['display-message', '-p', '-t', pane, '#{pane_dead}']);
  return answer.state === 'ok' && answer.stdout === '1\n';
}

test('a home without a server says so', async () => {
  const { home } = scene();
  expect(await listWindows(home)).toBe('no-server');
});

test('a window is found by its tag, carries the name of its task and stays when its command has ended', async () => {
  const { home, work } = scene();
  const place = await openWindow(home, {
    name: 'task-1',
    tag: 'h/task-1/1',
    dir: work,
    command: ['sh', '-c', 'exit 7'],
  });
  await until(() => hasEnded(home, place.pane));
  expect(await listWindows(home)).toEqual([{ ...place, run: 'h/task-1/1' }]);
  const answer = await askTmux(home, [
    'display-message',
    '-p',
    '-t',
    place.pane,
    '#{session_name} #{window_name}',
  ]);
  expect(answer).toEqual({ state: 'ok', stdout: 'orchestra task-1\n' });
});

test('windows opened at the same moment on no server all get there', async () => {
  const { home, work } = scene();
  const names = Array.from({ length: 8 }, (_, index) => `task-${index + 1}`);
  await Promise.all(
    names.map((name) => openWindow(home, { name, tag: `h/${name}/1`, dir: work, command: sleeper })),
  );
  const panes = await listWindows(home);
  expect(panes !== 'no-server' && panes.map((pane) => pane.run).sort()).toEqual(
    names.map((name) => `h/${name}/1`),
  );
  expect(new Set(panes !== 'no-server' ? panes.map((pane) => pane.server.pid) : []).size).toBe(1);
});

test('a missing folder is refused', async () => {
  const { home, work } = scene();
  const opening = openWindow(home, {
    name: 'task-1',
    tag: 'h/task-1/1',
    dir: join(work, 'gone'),
    command: sleeper,
  });
  await expect(opening).rejects.toMatchObject({ code: 'refused' });
});

test.each(['at once', 'afterwards'])('words of a command reach the program as they are, %s', async (when) => {
  const { home, work } = scene();
  const keeper = { name: 'task-2', tag: 'h/task-2/1', dir: work, command: sleeper };
  if (when === 'afterwards') await openWindow(home, keeper);
  const words = [
    'a;',
    ';',
    '$(touch x)',
    '$HOME',
    '~',
    '#{pid}',
    "it's",
    '"',
    '-x',
    'two words',
    '\\;',
    'a\nb',
    '%if',
  ];
  const command = ['sh', '-c', 'printf "%s\\n" "$@" >got', 'x', ...words];
  const after = when === 'afterwards' ? Promise.resolve() : undefined;
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command }, { after });
  await until(
    () =>
      fs.existsSync(join(work, 'got')) &&
      fs.readFileSync(join(work, 'got'), 'utf8') === `${words.join('\n')}\n`,
  );
  expect(fs.readdirSync(work)).toEqual(['got']);
});

test('a window that has to wait is opened when what it waits for is over, with a server or without', async () => {
  const { home, work } = scene();
  for (const name of ['task-1', 'task-2']) {
    const dir = join(work, name);
    let make = () => {};
    const after = new Promise<void>((resolve) => {
      make = () => {
        fs.mkdirSync(dir);
        resolve();
      };
    });
    const request = { name, tag: `h/${name}/1`, dir, command: ['sh', '-c', 'pwd >here; sleep 600'] };
    const opening = openWindow(home, request, { after });
    const panes = await listWindows(home);
    expect(panes === 'no-server' || panes.every((pane) => pane.run !== request.tag)).toBe(true);
    make();
    const { pane } = await opening;
    expect(await listWindows(home)).toContainEqual(expect.objectContaining({ pane, run: request.tag }));
    await until(() => fs.existsSync(join(dir, 'here')) && fs.readFileSync(join(dir, 'here'), 'utf8'));
    expect(fs.readFileSync(join(dir, 'here'), 'utf8')).toBe(`${fs.realpathSync(dir)}\n`);
  }
});

test('no window comes when what it waits for fails, or leaves no folder', async () => {
  const { home, work } = scene();
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command: sleeper });
  const request = { name: 'task-2', tag: 'h/task-2/1', dir: join(work, 'gone'), command: sleeper };
  const failing = openWindow(home, request, { after: Promise.reject(new Error('no room')) });
  await expect(failing).rejects.toThrow('no room');
  await expect(openWindow(home, request, { after: Promise.resolve() })).rejects.toMatchObject({
    code: 'refused',
  });
  expect(await listWindows(home)).toHaveLength(1);
});

test('closing a task never touches one whose name starts alike, nor a window of another server', async () => {
  const { home, work } = scene();
  const open = async (name: string) =>
    launchOf(name, await openWindow(home, { name, tag: `h/${name}/1`, dir: work, command: sleeper }));
  const ten = await open('task-10');
  const one = await open('task-1');
  expect(await closeWindow(home, { ...ten, server: { ...ten.server, startTime: '1' } })).toBe(false);
  expect(await closeWindow(home, { ...ten, task: 'task-1' })).toBe(false);
  expect(await closeWindow(home, one)).toBe(true);
  expect(await closeWindow(home, one)).toBe(false);
  const panes = await listWindows(home);
  expect(panes !== 'no-server' && panes.map((pane) => pane.run)).toEqual(['h/task-10/1']);
});

test('a captured pane gives its last lines, and a window that is gone is named', async () => {
  const { home, work } = scene();
  const command = ['sh', '-c', 'seq 300; exec sleep 600'];
  const launch = launchOf(
    'task-1',
    await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command }),
  );
  const text = await until(async () => {
    const now = await capturePane(home, launch, 3);
    return now.endsWith('300') && now;
  });
  expect(text).toBe('298\n299\n300');
  await expect(capturePane(home, { ...launch, run: 2 }, 3)).rejects.toMatchObject({ code: 'not_found' });
});

test('a socket deleted under a living server is restored, and no second server starts', async () => {
  const { home, work } = scene();
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command: sleeper });
  const server = recordedServer(home);
  fs.rmSync(socketPath(home));
  await openWindow(home, { name: 'task-2', tag: 'h/task-2/1', dir: work, command: sleeper });
  fs.rmSync(socketPath(home));
  const third = { name: 'task-3', tag: 'h/task-3/1', dir: work, command: sleeper };
  await openWindow(home, third, { after: Promise.resolve() });
  const panes = await listWindows(home);
  const runs = ['h/task-1/1', 'h/task-2/1', 'h/task-3/1'];
  expect(panes !== 'no-server' && panes.map((pane) => pane.run)).toEqual(runs);
  expect(recordedServer(home)).toEqual(server);
});

test('a server that was killed is told apart from one that does not answer', async () => {
  const { home, work } = scene();
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command: sleeper });
  const pid = recordedServer(home)?.pid ?? 0;
  signal(pid, 'SIGSTOP');
  const asked = listWindows(home, { timeoutMs: 200 });
  await expect(asked).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('did not answer within 0.2 s'),
  });
  signal(pid, 'SIGCONT');
  signal(pid, 'SIGKILL');
  await until(() => gone(pid));
  expect(await listWindows(home)).toBe('no-server');
  const place = await openWindow(home, { name: 'task-2', tag: 'h/task-2/1', dir: work, command: sleeper });
  expect(place.server.pid).not.toBe(pid);
});

test('a home with a long path has its socket in a private folder elsewhere and remembers where', async () => {
  const root = fs.mkdtempSync('/tmp/otmux-');
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  const { home, work } = scene(join(root, 'x'.repeat(120)));
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command: sleeper });
  const socket = socketPath(home);
  expect(socket.length).toBeLessThanOrEqual(100);
  expect(fs.statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
  expect(socketPath(home, { XDG_RUNTIME_DIR: '/elsewhere' })).toBe(socket);
});

test("the user's own tmux configuration and server count for nothing", async () => {
  const { home, work } = scene();
  fs.writeFileSync(
    join(work, '.tmux.conf'),
    'set -g remain-on-exit off\nset -g base-index 5\nset -g default-command "touch hijacked"\n',
  );
  process.env.HOME = work;
  process.env.TMUX = '/tmp/not-ours,1,0';
  const command = ['sh', '-c', 'env >got; exit 0'];
  const place = await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command });
  await until(() => hasEnded(home, place.pane));
  expect(await askTmux(home, ['show', '-gv', 'base-index'])).toMatchObject({ stdout: '0\n' });
  expect(fs.readFileSync(join(work, 'got'), 'utf8')).toContain('ORCHESTRA_RUN=h/task-1/1\n');
  expect(fs.readdirSync(work).sort()).toEqual(['.tmux.conf', 'got']);
});

test('a person gets there from a plain terminal, from our own server and from inside another tmux', async () => {
  const { home, work } = scene();
  await openWindow(home, { name: 'task-1', tag: 'h/task-1/1', dir: work, command: sleeper });
  const launch = launchOf(
    'task-2',
    await openWindow(home, { name: 'task-2', tag: 'h/task-2/1', dir: work, command: sleeper }),
  );
  const tmux = ['tmux', '-S', socketPath(home)];
  const target = `=orchestra:${launch.window}`;
  const plain = await attachCommand(home, launch, {});
  expect(plain).toEqual({
    argv: [...tmux, 'attach-session', '-t', target],
    env: {},
    note: 'To leave the pane: Ctrl-b d',
  });
  const own = await attachCommand(home, launch, { TMUX: `${socketPath(home)},1,0` });
  expect(own).toEqual({ argv: [...tmux, 'switch-client', '-t', target], env: {}, note: null });
  const nested = await attachCommand(home, launch, { TMUX: '/tmp/other,1,0' });
  expect(nested).toMatchObject({ argv: plain.argv, env: { TMUX: undefined } });
  expect(nested.note).toContain(
    `type in another terminal: ${plain.argv.slice(0, 4).join(' ')} -t '${target}'`,
  );
  const [file = '', ...args] = plain.argv;
  const script = spawnSync(
    'script',
    ['-qec', `timeout -s KILL 1 ${[file, ...args].map((word) => `'${word}'`).join(' ')}`, '/dev/null'],
    {
      env: { ...process.env, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  expect(script.stdout.toString()).toContain('task-2');
  const current = await askTmux(home, ['display-message', '-p', '-t', '=orchestra:', '#{window_id}']);
  expect(current).toMatchObject({ stdout: `${launch.window}\n` });
});

test('an old or missing tmux is one clear sentence', async () => {
  const { work } = scene();
  await expect(checkTmux({ PATH: work })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('could not be started'),
  });
  fs.writeFileSync(join(work, 'tmux'), '#!/bin/sh\necho tmux 3.1c\n', { mode: 0o755 });
  await expect(checkTmux({ PATH: work })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'tmux 3.1c is too old; 3.2 or newer is needed.',
  });
  expect(await checkTmux()).toMatch(/^\d/);
});
