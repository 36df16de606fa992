import { expect, onTestFinished, test } from 'vitest';
import { holdInvariants } from './invariants.ts';
import { Scene, type Schedule, scheduleOf } from './schedule.ts';
import { canMount, mountDisk, pause, strike, unmountDisk } from './strikes.ts';

/** ORCHESTRA_CHAOS: how many schedules, from ORCHESTRA_CHAOS_FROM on; ORCHESTRA_CHAOS_SEED: one of them again. */
const count = Number(process.env.ORCHESTRA_CHAOS ?? 200);
const from = Number(process.env.ORCHESTRA_CHAOS_FROM ?? 1000);
const only = process.env.ORCHESTRA_CHAOS_SEED;
const SIDE_BY_SIDE = Number(process.env.ORCHESTRA_CHAOS_AT_ONCE ?? 5);
const IN_A_GROUP = 25;
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => from + index) : [Number(only)];
const groups = Array.from({ length: Math.ceil(seeds.length / IN_A_GROUP) }, (_, index) => ({
  first: seeds[index * IN_A_GROUP],
  group: seeds.slice(index * IN_A_GROUP, (index + 1) * IN_A_GROUP),
}));
const disks = canMount();

test.skipIf(!disks)(
  'a disk that fills up can be had here (as root), so that every tenth schedule has one',
  () => {
    expect(disks).toBe(true);
  },
);

test.each(groups)(
  'whatever is struck, every task is accounted for (seeds $first …)',
  async ({ group }) => {
    const broken: string[] = [];
    const next = group.values();
    const work = async () => {
      for (const seed of next) {
        await play(seed).catch((error) => broken.push(brokenBy(seed, error)));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    expect(broken).toEqual([]);
  },
  600_000,
);

function brokenBy(seed: number, error: unknown): string {
  return `${error instanceof Error ? error.message : error} (again: ORCHESTRA_CHAOS_SEED=${seed} npm run test:chaos -- test/chaos)`;
}

async function play(seed: number): Promise<void> {
  const schedule = scheduleOf(seed, disks);
  const scene = sceneOf(schedule);
  const { stage } = scene;
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
  // 130 when one was cancelled.
  expect([0, 1, 3, 130], `seed ${seed}: wait ${waited.stderr}`).toContain(waited.code);
  await holdInvariants(scene, schedule.tasks.length);
}

function sceneOf(schedule: Schedule): Scene {
  const { diskMegabytes } = schedule;
  let scene: Scene | undefined;
  // The stage ends what lives on the disk; what was said first is done last.
  if (diskMegabytes !== undefined) onTestFinished(() => scene && unmountDisk(scene.stage.home));
  scene = new Scene(schedule);
  if (diskMegabytes !== undefined) mountDisk(scene.stage.home, diskMegabytes);
  return scene;
}
