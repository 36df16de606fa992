import { expect, test } from 'vitest';
import { holdInvariants } from './invariants.ts';
import { Scene, scheduleOf } from './schedule.ts';
import { canMount, mountDisk, pause, strike } from './strikes.ts';

/** ORCHESTRA_CHAOS: how many schedules; ORCHESTRA_CHAOS_SEED: one of them again. */
const count = Number(process.env.ORCHESTRA_CHAOS ?? 200);
const only = process.env.ORCHESTRA_CHAOS_SEED;
const SIDE_BY_SIDE = 5;
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => 1000 + index) : [Number(only)];
const groups = Array.from({ length: Math.ceil(seeds.length / SIDE_BY_SIDE) }, (_, index) =>
  seeds.slice(index * SIDE_BY_SIDE, (index + 1) * SIDE_BY_SIDE),
);
const disks = canMount();

test.skipIf(!disks)(
  'a disk that fills up can be had here (as root), so that every tenth schedule has one',
  () => {
    expect(disks).toBe(true);
  },
);

test.each(groups)(
  'whatever is struck, every task is accounted for (seeds %i …)',
  async (...group) => {
    const ended = await Promise.allSettled(group.map(play));
    const broken = ended.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.message)] : []));
    expect(broken).toEqual([]);
  },
  240_000,
);

async function play(seed: number): Promise<void> {
  const schedule = scheduleOf(seed, disks);
  const scene = new Scene(schedule);
  const { stage } = scene;
  if (schedule.diskMegabytes !== undefined) mountDisk(stage.home, schedule.diskMegabytes);
  const batch = schedule.tasks.map((_, index) => JSON.stringify({ task: scene.text(index) })).join('\n');
  const given = await stage.run(['delegate', '--tool', 'marks', '--batch', '-', '--detach'], {
    input: batch,
  });
  expect(given.code, `seed ${seed}: ${given.stderr}`).toBe(0);
  for (const [index, { afterMs, victim, thenLook, thenStart }] of schedule.strikes.entries()) {
    await pause(afterMs);
    await strike(scene, victim, seed * 100 + index);
    if (thenLook) await stage.run(['status']);
    if (thenStart) await stage.run(['conductor', 'start']);
  }
  const { stdout } = await stage.run(['status', '--all', '--json']);
  const tasks = (JSON.parse(stdout) as { tasks: { task: string }[] }).tasks.map(({ task }) => task);
  const waited = await stage.run(['wait', ...tasks]);
  expect(waited.code, `seed ${seed}: wait ${waited.stderr}`).toBeLessThan(4);
  await holdInvariants(scene, schedule.tasks.length);
}
