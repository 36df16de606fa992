import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { recordedServer } from '../../src/tmux/socket.ts';
import { listWindows } from '../../src/tmux/windows.ts';
import { gone, scene, signal, until } from '../tmux/scene.ts';

test('opening a run twice takes over its window, also when the launch was never written', async () => {
  const { home, run } = scene();
  const one = run({ script: 'exec sleep 600' });
  const first = await one.open();
  expect(await one.open()).toEqual(first);
  fs.rmSync(one.files.launch);
  expect(await one.open()).toMatchObject({ pane: first.pane, window: first.window, server: first.server });
  expect(JSON.parse(fs.readFileSync(one.files.launch, 'utf8'))).toMatchObject({
    task: 'task-1',
    run: 1,
    pane: first.pane,
  });
  expect(await listWindows(home)).toHaveLength(1);
});

test('a run that was started before is not started again when its window is gone', async () => {
  const { home, run } = scene();
  const one = run({ script: 'exit 0' });
  const first = await one.open();
  await one.exit();
  const pid = recordedServer(home)?.pid ?? 0;
  signal(pid, 'SIGKILL');
  await until(() => gone(pid));
  expect(await one.open()).toEqual(first);
  // Whoever opened its window was killed before it could say where: its folder tells how it ended.
  fs.rmSync(one.files.launch);
  expect(await one.open()).toMatchObject({ task: 'task-1', run: 1, pane: '', server: { startTime: 'gone' } });
});

test('a missing folder is refused before anything starts', async () => {
  const { home, run } = scene();
  const one = run({ dir: '/nowhere/at/all' });
  await expect(one.open()).rejects.toMatchObject({ code: 'refused' });
  expect(await listWindows(home)).toBe('no-server');
});

test('what is still being prepared is over when opening fails, and nothing was started', async () => {
  const { home, run } = scene();
  const one = run();
  const { PATH } = process.env;
  let isOver = false;
  const preparing = new Promise<void>((resolve) => {
    setTimeout(() => {
      isOver = true;
      resolve();
    }, 200);
  });
  process.env.PATH = '/nonexistent';
  try {
    await expect(one.open(preparing)).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    process.env.PATH = PATH;
  }
  expect(isOver).toBe(true);
  await expect(one.open(Promise.reject(new Error('no room')))).rejects.toThrow('no room');
  expect(await listWindows(home)).toBe('no-server');
  await one.open(Promise.resolve());
  expect(await one.exit()).toMatchObject({ code: 0 });
});
