import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../../src/base/process.ts';
import { type Home, homeAt, type RunFiles, runFiles } from '../../src/model/home.ts';
import { writeEnvFile } from '../../src/spawn/environment.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { wrapperOf } from '../../src/watch/wrapper-state.ts';
import type { BareTmux } from './bare-tmux.ts';
import { measurePair, type Row, timed, until, wallMs } from './measure.ts';
import type { Stage } from './stage.ts';

const stampNow = (file: string) => `bash -c 'printf "%s\\n" "$EPOCHREALTIME" >${file}'`;

interface Detached {
  task: string;
}

/** Gives a task and returns its id at once. */
function detach(stage: Stage, home: Home, tool: string, flags: string[], cwd?: string): string {
  const words = ['delegate', '--tool', tool, '--task', 'Add a line', '--detach', '--json', ...flags];
  return (JSON.parse(stage.orchestra(home, words, { cwd })) as Detached).task;
}

/** Waits until the store holds the task's settlement and gives the moment at which that could be seen. */
export function settledAt(home: Home, store: Store, tasks: ReadonlySet<string>): Promise<number> {
  // Those that have settled by now are seen at once, the others as they come: a look must not cost what it measures.
  let seen = store.lastSeq();
  const left = new Set(
    [...tasks].filter((task) => !store.events(task).some(({ type }) => type === 'settled')),
  );
  return new Promise((resolve, reject) => {
    const look = () => {
      const news = store.eventsAfter(seen, 10_000);
      seen = news.at(-1)?.seq ?? seen;
      for (const { task, type } of news) if (type === 'settled') left.delete(task);
      if (left.size > 0) return;
      const now = wallMs();
      watcher.close();
      clearTimeout(limit);
      resolve(now);
    };
    const watcher = fs.watch(home.signal, look);
    const limit = setTimeout(() => {
      watcher.close();
      reject(new Error(`${[...left].join(' ')} did not settle within ten minutes`));
    }, 600_000);
    look();
  });
}

/** From the start of the command to the agent's first line. */
export async function startRows(stage: Stage, tmux: BareTmux): Promise<Row[]> {
  const home = stage.home('s1');
  const floorName = '`node -e 0`, then bare `tmux new-window`';
  let round = 0;
  const floor = async () => {
    round += 1;
    const name = `bare${round}`;
    const start = wallMs();
    stage.command(process.execPath, ['-e', '0']);
    tmux.window(stampNow(join(stage.notes, name)));
    return (await until(() => stage.noted(name), 'the bare window')) - start;
  };
  const ours = async (flags: string[]) => {
    const start = wallMs();
    const task = detach(stage, home, 'stamp', flags);
    const started = await until(() => stage.noted(`${task}.started`), `the agent of ${task}`);
    await quiet(home, [task]);
    return started - start;
  };
  const what = '`delegate --detach` to agent started';
  const common = { group: 'Starting', floorName, floor };
  const warm = { ...common, repeats: 21, warmUp: 2 };
  const rows = [
    await measurePair({ ...warm, what: `${what}, in a worktree`, aim: 2, ours: () => ours([]) }),
    await measurePair({ ...warm, what: `${what}, in place`, ours: () => ours(['--no-worktree']) }),
  ];
  const cold = async () => {
    await stage.end(home);
    return ours([]);
  };
  const cause = `${what}, no conductor and no tmux server yet`;
  rows.push(await measurePair({ ...common, repeats: 7, warmUp: 1, what: cause, ours: cold }));
  await stage.end(home);
  return rows;
}

/** From the agent's last act to the settlement in the store. */
export async function settleRows(stage: Stage, tmux: BareTmux): Promise<Row[]> {
  const home = stage.home('s2');
  const ended = join(stage.notes, 'bare.ended');
  const agent = `printf "%s\\n" "$EPOCHREALTIME" >${ended}`;
  const wrapper = `bash -c 'bash -c '\\''${agent}'\\''; echo $? >${tmux.fifo}'`;
  const floor = async () => {
    fs.rmSync(ended, { force: true });
    const noticed = new Promise<number>((resolve) => tmux.onLine(() => resolve(wallMs())));
    tmux.window(wrapper);
    const seen = await noticed;
    return seen - (stage.noted('bare.ended') as number);
  };
  detach(stage, home, 'trivial', []);
  const store = openStore(home);
  const ours = async (flags: string[], cwd = stage.repo) => {
    const task = detach(stage, home, 'work', flags, cwd);
    const seen = await settledAt(home, store, new Set([task]));
    await quiet(home, [task]);
    return seen - (stage.noted(`${task}.ended`) as number);
  };
  const common = { group: 'Settling', floorName: 'noticed through a FIFO', repeats: 21, warmUp: 2, floor };
  const what = 'agent exit to settled';
  const rows = [
    await measurePair({
      ...common,
      what: `${what}, a change in a worktree`,
      aim: 25,
      aimIs: 'figure',
      ours: () => ours([]),
    }),
    await measurePair({
      ...common,
      what: `${what}, in place`,
      aim: 25,
      aimIs: 'figure',
      ours: () => ours(['--no-worktree']),
    }),
    await measurePair({
      ...common,
      what: `${what}, outside git`,
      aim: 25,
      aimIs: 'figure',
      ours: () => ours([], stage.folder),
    }),
  ];
  store.close();
  await stage.end(home);
  return rows;
}

/** A hundred small tasks, eight at a time. */
export async function throughputRows(stage: Stage, tmux: BareTmux): Promise<Row[]> {
  const home = stage.home('s3');
  const env = { ORCHESTRA_PARALLEL: '8' };
  const batch = join(stage.base, 'batch.jsonl');
  const line = JSON.stringify({ task: 'Say done', tool: 'trivial' });
  fs.writeFileSync(batch, `${line}\n`.repeat(100));
  const one = join(stage.base, 'one.jsonl');
  fs.writeFileSync(one, `${line}\n`);
  tasksOf(stage, home, one, env);
  const store = openStore(home);
  const ours = async () => {
    const start = wallMs();
    const tasks = tasksOf(stage, home, batch, env);
    const end = await settledAt(home, store, new Set(tasks));
    await quiet(home, tasks);
    return end - start;
  };
  const row = await measurePair({
    group: 'Many at once',
    what: '100 small tasks, 8 at a time, outside git',
    floorName: 'bare tmux with tee, a client each',
    repeats: 3,
    aim: 1.5,
    ours,
    floor: () => bareHundred(stage, tmux),
  });
  let round = 0;
  const wrappers = await measurePair({
    group: 'Many at once',
    what: '100 runs of the wrapper alone, 8 at a time',
    floorName: 'bare tmux with tee, a client each',
    repeats: 3,
    ours: () => {
      round += 1;
      return bareWrappers(stage, tmux, homeAt(join(stage.base, `w${round}`)));
    },
    floor: () => bareHundred(stage, tmux),
  });
  const eight = join(stage.base, 'eight.jsonl');
  fs.writeFileSync(eight, `${JSON.stringify({ task: 'Work', tool: 'seconds' })}\n`.repeat(8));
  const side = await measurePair({
    group: 'Many at once',
    what: '8 tasks of 2 s in 8 places, outside git',
    floorName: '`sleep 2`',
    repeats: 3,
    aim: 1.25,
    ours: async () => {
      const start = wallMs();
      const end = await settledAt(home, store, new Set(tasksOf(stage, home, eight, env)));
      return end - start;
    },
    floor: () => timed(() => stage.command('sleep', ['2'])),
  });
  store.close();
  await stage.end(home);
  return [row, wrappers, side];
}

/** Gives the tasks of a batch and returns their ids at once. */
export function tasksOf(stage: Stage, home: Home, batch: string, env: Record<string, string>): string[] {
  const words = ['delegate', '--batch', batch, '--detach', '--json'];
  const lines = stage.orchestra(home, words, { cwd: stage.folder, env }).trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as Detached).task);
}

function bareHundred(stage: Stage, tmux: BareTmux): Promise<number> {
  const run = trivialScript(stage);
  return inEightPlaces((number, onEnd) => {
    tmux.onLine(onEnd);
    tmux.windowAsync(`bash -c 'bash ${run} 2>&1 | tee ${stage.notes}/log${number}; echo $? >${tmux.fifo}'`);
  });
}

/** What is left of a hundred tasks when nobody plans, stores or settles them: the least that they could take. */
async function bareWrappers(stage: Stage, tmux: BareTmux, home: Home): Promise<number> {
  const wrapper = join(stage.program, 'tools', '_lib', 'wrapper.sh');
  const runs = Array.from({ length: 100 }, (_, index) => runFiles(home, `task-${index + 1}`, 1));
  for (const files of runs) {
    fs.mkdirSync(files.dir, { recursive: true });
    fs.writeFileSync(files.prompt, 'Say done');
    writeEnvFile(files.env, { PATH: process.env.PATH ?? '', HOME: stage.base });
    const words = `wrapper_dir='${stage.folder}'\nwrapper_tool='${dirname(trivialScript(stage))}'\n`;
    fs.writeFileSync(join(files.dir, 'wrapper'), words);
  }
  const watchers: fs.FSWatcher[] = [];
  const took = await inEightPlaces((number, onEnd) => {
    const files = runs[number - 1] as RunFiles;
    watchers.push(fs.watch(files.dir, (_, name) => name === 'exit.json' && onEnd()));
    tmux.windowAsync(
      `ORCHESTRA_RUN=${basename(home.root)}/task-${number}/1 exec nice bash ${wrapper} ${files.dir}`,
    );
  });
  for (const watcher of watchers) watcher.close();
  for (const files of runs) await until(() => !isAlive(wrapperOf(files) ?? {}) || undefined, 'a wrapper');
  return took;
}

/** Starts a hundred, eight at a time, and gives the milliseconds until the last has ended. */
function inEightPlaces(begin: (number: number, onEnd: () => void) => void): Promise<number> {
  return new Promise((resolve) => {
    const start = wallMs();
    let [begun, ended] = [0, 0];
    const next = () => {
      begun += 1;
      begin(begun, onEnd);
    };
    const onEnd = () => {
      ended += 1;
      if (begun < 100) next();
      if (ended === 100) resolve(wallMs() - start);
    };
    for (let place = 0; place < 8; place += 1) next();
  });
}

function trivialScript(stage: Stage): string {
  return join(stage.base, 'c', 'orchestra', 'tools', 'trivial', 'run.sh');
}

/** Waits until the wrappers of these tasks are gone, so that the next round finds the machine quiet. */
async function quiet(home: Home, tasks: readonly string[]): Promise<void> {
  for (const task of tasks) {
    const files = runFiles(home, task, 1);
    await until(() => fs.existsSync(files.summary) || undefined, `the end of ${task}`);
    await until(() => !isAlive(wrapperOf(files) ?? {}) || undefined, `the wrapper of ${task}`);
  }
}
