import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conduct } from '../../src/pipeline/conduct.ts';
import { conductorState } from '../../src/pipeline/conductor-process.ts';
import { eventually, Stage } from '../support/stage.ts';
import { Inside } from './home.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'orchestra');
const quiet = () => {};

test('of two conductors at once one conducts and the other leaves, naming it', async () => {
  const inside = new Inside();
  const stop = new AbortController();
  const ran = join(inside.stage.config, 'ran');
  const tasks = [await inside.add([`echo x >> '${ran}'`]), await inside.add([`echo x >> '${ran}'`])];
  const both = [1, 2].map(() => conduct(inside.world, inside.config(), stop.signal, quiet));
  expect(await Promise.race(both)).toEqual({ ran: false, heldBy: process.pid });
  await eventually(() => tasks.every((task) => inside.isSettled(task)));
  expect(conductorState(inside.world)).toMatchObject({ running: true, pid: process.pid });
  stop.abort();
  expect(await Promise.all(both)).toContainEqual({ ran: true });
  expect(fs.readFileSync(ran, 'utf8')).toBe('x\nx\n');
  expect(
    inside
      .ledger()
      .map((line) => line.task)
      .sort(),
  ).toEqual(tasks);
});

test('a conductor without work ends by itself and lets go of the lock', async () => {
  const inside = new Inside();
  const config = inside.config({ idle: 0 });
  expect(await conduct(inside.world, config, new AbortController().signal, quiet)).toEqual({ ran: true });
  expect(conductorState(inside.world)).toEqual({ running: false, pid: null, since: null });
  expect(fs.existsSync(inside.world.home.conductorLock)).toBe(false);
});

test('a task that comes as the conductor ends is not left behind', async () => {
  const inside = new Inside();
  const config = inside.config({ idle: 0 });
  const end = conduct(inside.world, config, new AbortController().signal, quiet);
  const task = await inside.add(['true']);
  await end;
  if (!inside.isSettled(task)) await inside.conduct(task);
  expect(inside.counts(task)).toMatchObject({ spawned: 1, settled: 1 });
});

test('a conductor that is stopped leaves its agents running, and the next one ends their tasks', async () => {
  const inside = new Inside();
  const go = join(inside.stage.config, 'go');
  const task = await inside.add([`while [ ! -e '${go}' ]; do sleep 0.02; done; echo x > x.txt`]);
  const stop = new AbortController();
  const end = conduct(inside.world, inside.config(), stop.signal, quiet);
  await eventually(() => inside.view(task).status === 'running');
  stop.abort();
  expect(await end).toEqual({ ran: true });
  fs.writeFileSync(go, '');
  await eventually(() => fs.existsSync(join(inside.world.home.runs, task, '1', 'exit.json')));
  expect(inside.view(task).status).toBe('running');
  await inside.conduct(task);
  expect(inside.view(task)).toMatchObject({ status: 'review', runs: [{ run: 1 }] });
});

test('a task that is cancelled while it waits never starts, and what comes after it is cancelled too', async () => {
  const inside = new Inside();
  const first = await inside.add(['true']);
  const second = await inside.add(['true'], { after: [first] });
  inside.world.store.append(first, 1, { type: 'stopped', why: 'cancelled', by: 'by you' });
  await inside.conduct(first, second);
  expect(inside.view(first)).toMatchObject({ status: 'cancelled', reason: 'cancelled by you' });
  expect(inside.view(second)).toMatchObject({
    status: 'cancelled',
    reason: `cancelled because ${first} did not succeed`,
    runs: [{ settlement: { cost: { usd: 0, source: 'computed' } } }],
  });
  expect(inside.counts(first).spawned).toBe(undefined);
  expect(inside.ledger()).toEqual([]);
});

test('one task that cannot be started does not hold up another', async () => {
  const inside = new Inside();
  const broken = await inside.add(['true']);
  fs.rmSync(join(inside.world.home.runs, broken), { recursive: true });
  const good = await inside.add(['echo x > x.txt']);
  await inside.conduct(good);
  expect(inside.view(good).status).toBe('review');
  expect(inside.view(broken).status).toBe('queued');
});

test('a task that asks for one of its own and waits for it does not lock itself out, however few may run', async () => {
  const stage = new Stage();
  stage.env.ORCHESTRA_PARALLEL = '1';
  stage.tool(
    'only',
    { format: 'plain', more: 'limits: { parallel: 1 }' },
    fs.readFileSync(join(stage.config, 'orchestra/tools/fake/run.sh'), 'utf8'),
  );
  const nested = `XDG_CONFIG_HOME='${stage.config}' '${launcher}' delegate --json --tool only --task 'Child
do: echo c > c.txt' > '${stage.config}/child'; echo $? >> '${stage.config}/child'`;
  fs.writeFileSync(join(stage.config, 'nested.sh'), nested);
  const { code, document } = await stage.json<Record<string, any>>([
    'delegate',
    '--tool',
    'only',
    '--task',
    `Parent\ndo: . '${stage.config}/nested.sh'; echo p > p.txt`,
  ]);
  expect({ code, status: document.status, files: document.files }).toMatchObject({
    code: 3,
    status: 'review',
    files: [{ path: 'p.txt' }],
  });
  const [child, exit] = fs.readFileSync(join(stage.config, 'child'), 'utf8').trim().split('\n');
  expect(exit).toBe('3');
  expect(JSON.parse(child as string)).toMatchObject({
    task: 'task-2',
    status: 'review',
    files: [{ path: 'c.txt' }],
  });
});
