import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OrchestraError } from '../../src/base/errors.ts';
import { isAlive, processesWithEnv } from '../../src/base/process.ts';
import { runFiles, runTag } from '../../src/model/home.ts';
import type { Plan } from '../../src/model/plan.ts';
import { conduct } from '../../src/pipeline/conduct.ts';
import { startRun } from '../../src/pipeline/start-run.ts';
import type { World } from '../../src/pipeline/world.ts';
import { recordedServer } from '../../src/tmux/socket.ts';
import { eventually } from '../support/stage.ts';
import { entry, Inside } from './home.ts';

/** A task whose agent runs while no event says so: its conductor was killed in between. */
async function unnoted(inside: Inside): Promise<string> {
  const ran = join(inside.stage.config, 'ran');
  const task = await inside.add([`echo x >> '${ran}'`, 'exec sleep 600']);
  await startRun(inside.world, inside.view(task).runs[0]?.plan as Plan);
  await eventually(() => fs.existsSync(ran));
  return task;
}

async function expectAccounted(inside: Inside, task: string): Promise<void> {
  expect(inside.counts(task)).toMatchObject({ spawned: 1, ended: 1, settled: 1 });
  expect(inside.ledger()).toMatchObject([{ task, run: 1 }]);
  expect(fs.readFileSync(join(inside.stage.config, 'ran'), 'utf8')).toBe('x\n');
  const tag = `ORCHESTRA_RUN=${runTag(inside.world.store.homeId, task, 1)}`;
  await eventually(async () => (await processesWithEnv(tag)).length === 0);
}

test('a run whose start nobody could note, and that was cancelled meanwhile, is ended and has its cost line', async () => {
  const inside = new Inside();
  const task = await unnoted(inside);
  inside.world.store.append(task, 1, { type: 'stopped', why: 'cancelled', by: 'by you' });
  await inside.conduct(task);
  expect(inside.view(task)).toMatchObject({ status: 'cancelled', reason: 'cancelled by you' });
  await expectAccounted(inside, task);
});

test('a run whose start nobody could note, and whose window is gone, is settled and has its cost line', async () => {
  const inside = new Inside();
  const task = await unnoted(inside);
  fs.rmSync(runFiles(inside.world.home, task, 1).launch);
  const server = recordedServer(inside.world.home);
  process.kill(server?.pid as number, 'SIGKILL');
  await eventually(() => server !== undefined && !isAlive(server));
  await inside.conduct(task);
  expect(inside.view(task).status).toBe('failed');
  await expectAccounted(inside, task);
});

const speaks = `#!/usr/bin/env bash
echo '{"type":"system","subtype":"init","session_id":"s","model":"m"}'
echo '{"type":"assistant","message":{"id":"a","role":"assistant","content":[],"usage":{"input_tokens":10,"output_tokens":5}}}'
until [ -e "$FAKE_GO" ]; do sleep 0.05; done
echo x > x.txt
echo '{"type":"result","subtype":"success","is_error":false,"result":"Done.","session_id":"s","terminal_reason":"completed","total_cost_usd":0.25,"usage":{"input_tokens":10,"output_tokens":5}}'
`;

test('what cannot be stored while an agent runs is told and tried again, and the conductor goes on', async () => {
  const inside = new Inside();
  const { stage } = inside;
  stage.tool('speaks', { format: 'claude-stream-json' }, speaks);
  stage.env.FAKE_GO = join(stage.config, 'go');
  const task = await inside.add([], { tool: 'speaks' });
  const lines: string[] = [];
  const stop = new AbortController();
  const end = conduct(fullAtFirst(inside.world), inside.config(), stop.signal, (line) => lines.push(line));
  await eventually(() => (inside.counts(task).progressed ?? 0) > 0);
  fs.writeFileSync(stage.env.FAKE_GO, '');
  await eventually(() => inside.isSettled(task));
  stop.abort();
  await end;
  expect(inside.view(task).status).toBe('review');
  expect(lines).toContain(`${task}: The disk is full.`);
});

/** The same world, in which the first two words about an agent's progress find no room. */
function fullAtFirst(world: World): World {
  let failures = 2;
  const store = new Proxy(world.store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'append' && (args[2] as { type: string }).type === 'progressed' && failures-- > 0)
          throw new OrchestraError('unavailable', 'The disk is full.');
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { ...world, store };
}

test.skipIf(!fs.existsSync('/dev/full'))('a conductor whose log has no room goes on', async () => {
  const inside = new Inside();
  const task = await inside.add(['echo x > x.txt']);
  const full = fs.openSync('/dev/full', 'w');
  const conductor = spawn(process.execPath, [entry, 'conductor', 'run'], {
    env: inside.stage.env,
    stdio: ['ignore', full, full],
  });
  fs.closeSync(full);
  await eventually(() => inside.isSettled(task));
  expect(conductor.exitCode).toBe(null);
  conductor.kill('SIGTERM');
});
