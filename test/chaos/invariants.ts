import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { processesWithEnv } from '../../src/base/process.ts';
import { homeAt } from '../../src/model/home.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import { isSettled } from '../../src/model/words.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { eventually } from '../support/stage.ts';
import { runPrice, type Scene } from './schedule.ts';

interface Line {
  task: string;
  run: number;
  usd: number | null;
  status: string;
}

/** What holds after every schedule, whatever was struck. Throws with the seed and the broken one. */
export async function holdInvariants(scene: Scene, given: number): Promise<void> {
  const { stage, schedule } = scene;
  const store = openStore(homeAt(stage.home));
  try {
    const views = store.taskIds().map((id) => viewTask(store.events(id)) as TaskView);
    const seed = `seed ${schedule.seed}`;
    expect(views.length, `${seed}: tasks`).toBeGreaterThanOrEqual(given);
    const open = views.filter(({ status }) => !isSettled(status)).map(({ id, status }) => `${id} ${status}`);
    expect(open, `${seed}: every task is settled`).toEqual([]);
    oneRunEach(scene, seed);
    noCrash(stage.home, seed);
    sums(scene, views, seed);
    for (const view of views) {
      work(scene, view, seed);
      await noProcess(store, view, seed);
    }
  } finally {
    store.close();
  }
}

function oneRunEach(scene: Scene, seed: string): void {
  const began = scene.marked('began');
  expect(began.length, `${seed}: no run is executed twice: ${began.join(' ')}`).toBe(new Set(began).size);
}

/** A conductor that is not killed ends by itself only when it is idle: nobody may be there to start another. */
function noCrash(home: string, seed: string): void {
  const log = fs.readFileSync(join(home, 'conductor.log'), 'utf8');
  const ends = log.split('\n').filter((line) => /ended by an error|could not run/.test(line));
  expect(ends, `${seed}: no conductor ends by an error`).toEqual([]);
}

/** One final line for each run that was started, what really ran included, with the price that the task's events tell. */
function sums(scene: Scene, views: TaskView[], seed: string): void {
  const path = join(scene.stage.home, 'ledger.jsonl');
  const text = fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trimEnd() : '';
  const lines = text === '' ? [] : text.split('\n').flatMap(parsed);
  const key = ({ task, run }: { task: string; run: number }) => `${task}/${run}`;
  const launched = views.flatMap((view) =>
    view.runs.filter((run) => run.launch !== undefined).map((run) => key({ task: view.id, run: run.run })),
  );
  expect(lines.map(key).sort(), `${seed}: one ledger line a run`).toEqual(launched.sort());
  const began = scene.marked('began').map((tag) => tag.split('/').slice(1).join('/'));
  expect(launched, `${seed}: what has run is known to have run`).toEqual(expect.arrayContaining(began));
  const told = views
    .flatMap((view) => view.runs)
    .reduce((sum, run) => sum + (run.settlement?.cost.usd ?? 0), 0);
  expect(
    lines.reduce((sum, line) => sum + (line.usd ?? 0), 0),
    `${seed}: the ledger and the events have the same sum`,
  ).toBeCloseTo(told, 6);
  for (const line of lines) {
    if (line.status === 'review') expect(line.usd, `${seed}: ${key(line)}`).toBe(runPrice);
  }
}

/** A full disk may tear a line; the next one begins on a line of its own. */
function parsed(line: string): Line[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** What is put to review is there; what an agent has written is on the branch or in the worktree, whatever became of it. */
function work(scene: Scene, view: TaskView, seed: string): void {
  const { stage } = scene;
  const index = /work: (\d+)/.exec(scene.marked('wrote').length > 0 ? textOf(stage.home, view.id) : '')?.[1];
  const wrote = scene.marked('wrote').some((tag) => tag.includes(`/${view.id}/`));
  const workplace = view.runs.at(-1)?.plan?.workplace;
  if (view.status !== 'review' && !wrote) return;
  const file = `f${index ?? indexOf(scene, view)}.txt`;
  const inTree = fs.existsSync(join(workplace?.dir ?? '', file));
  const onBranch = attempt(() => stage.git('show', `${workplace?.branch}:${file}`)) !== undefined;
  if (view.status === 'review') expect(onBranch, `${seed}: ${view.id} in review has ${file}`).toBe(true);
  else expect(onBranch || inTree, `${seed}: ${view.id} (${view.status}) has kept ${file}`).toBe(true);
}

function indexOf(scene: Scene, view: TaskView): string {
  return /Task (\d+)/.exec(view.title)?.[1] ?? scene.schedule.tasks.length.toString();
}

function textOf(home: string, task: string): string {
  return attempt(() => fs.readFileSync(join(home, 'runs', task, '1', 'prompt.md'), 'utf8')) ?? '';
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

async function noProcess(store: Store, view: TaskView, seed: string): Promise<void> {
  for (const { run } of view.runs) {
    const tag = `ORCHESTRA_RUN=${store.homeId}/${view.id}/${run}`;
    await eventually(async () => (await processesWithEnv(tag)).length === 0).catch(() => {
      throw new Error(`${seed}: a process of ${view.id} run ${run} is left`);
    });
  }
}
