import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeAt } from '../../src/model/home.ts';
import { readLock } from '../../src/store/conductor-lock.ts';
import { eventually, Stage } from '../support/stage.ts';
import { doorOf, halted, tasksOf } from './door.ts';

const root = join(import.meta.dirname, '..', '..');
const preload = join(root, 'test', 'pipeline', 'die-at.ts');

/** A conductor that kills itself at its n-th act. */
function mortal(stage: Stage, act: number) {
  const log = join(stage.config, `acts-${act}`);
  fs.writeFileSync(log, '');
  const conductor = spawn(
    process.execPath,
    ['--import', preload, join(root, 'dist', 'main.js'), 'conductor', 'run'],
    { env: { ...stage.env, DIE_AT: String(act), DIE_LOG: log }, stdio: 'ignore' },
  );
  const exit = once(conductor, 'exit') as Promise<[number | null, string | null]>;
  let ended = false;
  void exit.then(() => (ended = true));
  return { conductor, exit, log, isReady: () => ended || fs.existsSync(doorOf(stage)) };
}

/** Ends the conductor that the command has started in place of the killed one. */
async function endNext(stage: Stage): Promise<void> {
  const holder = () => readLock(homeAt(stage.home));
  await eventually(holder);
  await stage.run(['conductor', 'stop']);
  await eventually(() => holder() === undefined);
}

test('wherever the conductor is killed while it takes a task, the task is stored once', async () => {
  const stage = await halted(new Stage());
  const points: string[] = [];
  const titles: string[] = [];
  // A machine that is too busy for the conductor to answer in time gets another try.
  while (points.at(-1) !== 'say done' && titles.length < 30) {
    const act = points.length + 1;
    const { conductor, exit, log, isReady } = mortal(stage, act);
    await eventually(isReady);
    titles.push(`Task ${titles.length + 1}, act ${act}`);
    const give = ['delegate', '--detach', '--tool', 'fake', '--task', titles.at(-1) as string];
    const ended = await stage.json(give);
    expect(ended, ended.stderr).toMatchObject({ code: 0, document: { schema: 'orchestra.task/1' } });
    expect(tasksOf(stage).map((task) => task.title)).toEqual(titles);
    conductor.kill('SIGTERM');
    if ((await exit)[1] === 'SIGKILL') {
      points.push(fs.readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)?.replace(/^\d+ /, '') ?? '');
      await endNext(stage);
    }
    fs.rmSync(doorOf(stage), { force: true });
  }
  const told = points.filter((point) => point.startsWith('say ') || point === 'commit');
  expect(told.slice(told.indexOf('say seen'))).toEqual(['say seen', 'say ready', 'commit', 'say done']);
}, 120_000);
