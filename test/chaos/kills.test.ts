import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesWithEnv } from '../../src/base/process.ts';
import { homeAt } from '../../src/model/home.ts';
import { isSettled } from '../../src/model/words.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually, Stage } from '../support/stage.ts';

/** A small generator with a seed, so that a schedule can be run again. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One victim, killed with SIGKILL where it lives at this moment. */
async function strike(stage: Stage, victim: string, next: () => number): Promise<void> {
  if (victim === 'conductor') {
    const lock = join(stage.home, 'conductor.lock');
    if (fs.existsSync(lock)) kill(Number(JSON.parse(fs.readFileSync(lock, 'utf8')).pid));
    return;
  }
  const runs = join(stage.home, 'runs');
  const tasks = fs.existsSync(runs) ? fs.readdirSync(runs) : [];
  const task = tasks[Math.floor(next() * tasks.length)];
  const heartbeat = join(runs, task ?? 'none', '1', 'heartbeat');
  if (!fs.existsSync(heartbeat) || fs.existsSync(join(runs, task ?? 'none', '1', 'exit.json'))) return;
  const wrapper = Number(fs.readFileSync(heartbeat, 'utf8').split('\n')[0]);
  if (victim === 'wrapper') kill(wrapper);
  else {
    const home = openStore(homeAt(stage.home));
    const tagged = await processesWithEnv(`ORCHESTRA_RUN=${home.homeId}/${task}/1`);
    home.close();
    const agent = tagged.filter((pid) => pid !== wrapper).at(-1);
    if (agent !== undefined) kill(agent);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}

const seeds = Array.from({ length: 12 }, (_, index) => 1000 + index);

test.each(seeds)(
  'whatever is killed, every task is accounted for (seed %i)',
  async (seed) => {
    const next = random(seed);
    const stage = new Stage();
    const count = 4 + Math.floor(next() * 4);
    const batch = Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        task: `Task ${index}\ndo: sleep 0.${Math.floor(next() * 9)}; echo ${index} > f${index}.txt; echo ran >> '${stage.config}/ran-${index}'`,
      }),
    ).join('\n');
    const given = await stage.run(['delegate', '--tool', 'fake', '--batch', '-', '--detach'], {
      input: batch,
    });
    expect(given).toMatchObject({ code: 0 });
    for (let strikes = 2 + Math.floor(next() * 6); strikes > 0; strikes -= 1) {
      await pause(next() * 400);
      const victim = ['conductor', 'conductor', 'wrapper', 'agent'][Math.floor(next() * 4)] as string;
      await strike(stage, victim, next);
      if (next() < 0.5) await stage.run(['status']);
      if (next() < 0.5) await stage.run(['conductor', 'start']);
    }
    const ids = Array.from({ length: count }, (_, index) => `task-${index + 1}`);
    await stage.run(['wait', ...ids]);
    const store = openStore(homeAt(stage.home));
    const heads = store.heads();
    expect(heads.filter((head) => !isSettled(head.status))).toEqual([]);
    expect(heads).toHaveLength(count);
    const lines = fs
      .readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.task).sort()).toEqual([...ids].sort());
    for (const [index, id] of ids.entries()) {
      const ran = join(stage.config, `ran-${index}`);
      const times = fs.existsSync(ran) ? fs.readFileSync(ran, 'utf8').trim().split('\n').length : 0;
      expect(times, `${id} ran ${times} times`).toBeLessThanOrEqual(1);
      const events = store.events(id);
      const settled = events.filter((event) => event.type === 'settled');
      expect(settled, id).toHaveLength(1);
      const status = heads.find((head) => head.task === id)?.status;
      // What is put to review is there, whole; what is not there is never called good.
      if (status === 'review')
        expect(stage.git('show', `${branchOf(events)}:f${index}.txt`)).toBe(String(index));
      else expect(status).toBe('failed');
      // The wrapper outlives the settlement while the pane shows the last lines.
      await eventually(
        async () => (await processesWithEnv(`ORCHESTRA_RUN=${store.homeId}/${id}/1`)).length === 0,
      );
    }
    store.close();
  },
  120_000,
);

function branchOf(events: ReturnType<ReturnType<typeof openStore>['events']>): string {
  const planned = events.find((event) => event.type === 'planned');
  return planned?.type === 'planned' ? (planned.plan.workplace.branch ?? '') : '';
}
