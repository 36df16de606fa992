import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesWithEnv } from '../../src/base/process.ts';
import { runTag } from '../../src/model/home.ts';
import { eventually } from '../support/stage.ts';
import { entry, Inside } from './home.ts';

/** Runs a conductor that kills itself at its n-th act. True when it was killed, false when it saw the end of the task. */
async function conductUntil(inside: Inside, task: string, act: number): Promise<boolean> {
  const log = join(inside.stage.config, `acts-${task}`);
  fs.writeFileSync(log, '');
  const conductor = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'die-at.ts'), entry, 'conductor', 'run'],
    { env: { ...inside.stage.env, DIE_AT: String(act), DIE_LOG: log }, stdio: 'ignore' },
  );
  const exit = once(conductor, 'exit') as Promise<[number | null, string | null]>;
  let ended = false;
  void exit.then(() => (ended = true));
  await eventually(() => ended || inside.isSettled(task), 60);
  // Settled: the death may still be on its way.
  conductor.kill('SIGTERM');
  return (await exit)[1] === 'SIGKILL';
}

/** That the task came to what it would have come to without any crash. */
async function expectOneLife(inside: Inside, task: string, name: string): Promise<void> {
  const { stage, world } = inside;
  const view = inside.view(task);
  expect(view).toMatchObject({ status: 'done', reason: 'landed on main', runs: [{ run: 1 }] });
  expect(view.runs[0]?.verdict).toMatchObject({
    files: [{ path: `${name}.txt`, change: 'added', additions: 1 }],
    commits: [{ subject: view.title }],
    checks: [{ passed: true }],
  });
  expect(inside.counts(task)).toEqual({
    requested: 1,
    routed: 1,
    planned: 1,
    spawned: 1,
    ended: 1,
    parsed: 1,
    verified: 1,
    settled: 1,
    approved: 1,
  });
  expect(inside.ledger().filter((line) => line.task === task)).toHaveLength(1);
  expect(fs.readFileSync(join(stage.config, `ran-${name}`), 'utf8')).toBe('run\n');
  expect(stage.git('log', '--format=%s', 'main', '--', `${name}.txt`)).toBe(view.title);
  const summary = JSON.parse(fs.readFileSync(join(world.home.runs, task, '1', 'summary.json'), 'utf8'));
  expect(summary).toMatchObject({ status: 'done', commit: view.approved?.commit });
  const tag = `ORCHESTRA_RUN=${runTag(world.store.homeId, task, 1)}`;
  await eventually(async () => (await processesWithEnv(tag)).length === 0);
}

test('wherever a conductor is killed, the next one ends the task as if nothing had happened', async () => {
  const lanes = [new Inside(), new Inside()];
  // Builds what runs, where the sources are newer.
  await lanes[0]?.stage.run(['--version']);
  // On a new home the first two also meet the start of the tmux server.
  const waiting = [8, 7, ...Array.from({ length: 200 }, (_, index) => index + 1)];
  const points = new Set<string>();
  let through = false;
  let last: string[] = [];
  let count = 0;
  const killAt = async (inside: Inside, act: number) => {
    count += 1;
    const { config } = inside.stage;
    const name = `${act}-${count}`;
    const commands = [`echo run >> '${config}/ran-${name}'`, `echo x > ${name}.txt`];
    const task = await inside.add(commands, { autoApprove: true, checks: [`test -e ${name}.txt`] });
    const killed = await conductUntil(inside, task, act);
    await inside.conduct(task);
    await expectOneLife(inside, task, name);
    const acts = fs
      .readFileSync(join(config, `acts-${task}`), 'utf8')
      .trimEnd()
      .split('\n');
    if (killed) points.add(acts.at(-1)?.split(' ')[1] as string);
    else last = acts;
    return killed;
  };
  const work = async (inside: Inside) => {
    for (let act = waiting.shift(); act !== undefined && !through; act = waiting.shift()) {
      if (!(await killAt(inside, act))) through = true;
    }
  };
  await Promise.all(lanes.map(work));
  expect(through).toBe(true);
  // The order of the acts differs a little from run to run: what no kill has met is aimed at.
  const kinds = ['commit', 'fdatasync', 'git', 'renameSync', 'sh', 'tmux'];
  for (let tries = 0; tries < 12 && points.size < kinds.length; tries += 1) {
    const missing = last.findIndex((line) => !points.has(line.split(' ')[1] as string));
    await killAt(lanes[0] as Inside, missing + 1);
  }
  expect([...points].sort()).toEqual(kinds);
}, 300_000);
