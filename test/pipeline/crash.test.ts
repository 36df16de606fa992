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
    { env: { ...inside.stage.env, DIE_AT: String(act), DIE_LOG: log }, stdio: 'inherit' },
  );
  const exit = once(conductor, 'exit') as Promise<[number | null, string | null]>;
  let ended = false;
  void exit.then(() => (ended = true));
  await eventually(() => ended || inside.isSettled(task));
  // Settled: the death may still be on its way.
  conductor.kill('SIGTERM');
  return (await exit)[1] === 'SIGKILL';
}

test('wherever', async () => {
  const inside = new Inside();
  const { stage } = inside;
  for (let act = 1; ; act += 1) {
    const ran = join(stage.config, `ran-${act}`);
    const start = performance.now();
    const task = await inside.add([`echo run >> '${ran}'`, `echo x > ${act}.txt`], {
      autoApprove: true,
      checks: [`test -e ${act}.txt`],
    });
    const killed = await conductUntil(inside, task, act);
    await inside.conduct(task);
    const acts = fs.readFileSync(join(stage.config, `acts-${task}`), 'utf8').trimEnd();
    console.log(acts.split('\n').at(-1), inside.view(task).reason, inside.counts(task), Math.round(performance.now() - start));
    if (!killed) { console.log(acts); break; }
  }
}, 120_000);
