import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../src/model/home.ts';
import { readLock } from '../../src/store/conductor-lock.ts';
import { openStore } from '../../src/store/store.ts';
import { listWindows } from '../../src/tmux/windows.ts';
import { pause, residentMiB } from './idle.ts';
import { measurePair, plainRow, type Row, timed, until } from './measure.ts';
import { settledAt, tasksOf } from './running.ts';
import { floodBytes, type Stage } from './stage.ts';

const PANES = 200;
const FLOODS = 8;
const LOOK_MS = 500;

/** What a look at all panes costs. */
export async function scanRows(stage: Stage): Promise<Row[]> {
  const home = stage.home('p');
  const socket = join(home.root, 'tmux.sock');
  fs.mkdirSync(home.root, { recursive: true, mode: 0o700 });
  const tmux = (...args: string[]) => stage.command('tmux', ['-S', socket, '-f', '/dev/null', ...args]);
  tmux('new-session', '-d', '-s', 'orchestra', 'sleep 3600');
  for (let pane = 1; pane < PANES; pane += 1) tmux('new-window', '-d', 'sleep 3600');
  const row = await measurePair({
    group: 'Many at once',
    what: `a look at ${PANES} panes`,
    floorName: 'one `tmux list-panes -a`',
    repeats: 31,
    warmUp: 3,
    aim: 2,
    ours: () => timed(() => listWindows(home)),
    floor: () => timed(() => tmux('list-panes', '-a')),
  });
  tmux('kill-server');
  return [row];
}

/** Eight agents that print as fast as they can. */
export async function floodRows(stage: Stage): Promise<Row[]> {
  const name = `${FLOODS} agents print 100 MiB each`;
  const seen = await whileWatched(stage, 'f', FLOODS, 'flood');
  const lost = seen.tasks.map((task) => floodBytes - sizeOf(seen.home, task));
  await stage.end(seen.home);
  return rowsOf(name, seen, sum(lost));
}

/** Two hundred agents that end at the same moment. */
export async function crowdRows(stage: Stage): Promise<Row[]> {
  const name = `${PANES} agents end at once`;
  const gate = join(stage.notes, 'gate');
  stage.command('mkfifo', [gate]);
  let open = -1;
  const seen = await whileWatched(stage, 'g', PANES, 'gate', async (tasks) => {
    for (const task of tasks)
      await until(() => fs.existsSync(join(stage.notes, `${task}.ready`)) || undefined, task, 300);
    // A line each, and open to the end: an agent that is ready may not be at the gate yet.
    open = fs.openSync(gate, 'r+');
    fs.writeSync(open, '\n'.repeat(PANES));
  });
  fs.closeSync(open);
  const lost = seen.tasks.map((task) => Math.abs(`end of ${task}\n`.length - sizeOf(seen.home, task)));
  await stage.end(seen.home);
  return rowsOf(name, seen, sum(lost));
}

interface Watched {
  home: Home;
  tasks: string[];
  /** Of `status`, in milliseconds. */
  answers: number[];
  /** Of the conductor, in MiB. */
  memory: number[];
}

async function whileWatched(
  stage: Stage,
  name: string,
  agents: number,
  tool: string,
  begin: (tasks: string[]) => Promise<void> = async () => {},
): Promise<Watched> {
  const home = stage.home(name);
  const batch = join(stage.base, `${tool}.jsonl`);
  fs.writeFileSync(batch, `${JSON.stringify({ task: 'Print', tool })}\n`.repeat(agents));
  process.stderr.write(`  ${agents} agents ...\n`);
  const tasks = tasksOf(stage, home, batch, { ORCHESTRA_PARALLEL: String(agents) });
  const store = openStore(home);
  await begin(tasks);
  const [answers, memory]: [number[], number[]] = [[], []];
  let over = false;
  const end = settledAt(home, store, new Set(tasks)).finally(() => {
    over = true;
  });
  do {
    answers.push(await timed(() => stage.orchestra(home, ['status'])));
    const pid = readLock(home)?.pid;
    if (pid !== undefined) memory.push(residentMiB(pid));
    await Promise.race([end, pause(LOOK_MS)]);
  } while (!over);
  await end;
  store.close();
  return { home, tasks, answers, memory };
}

function rowsOf(name: string, { answers, memory }: Watched, lost: number): Row[] {
  const group = 'Floods';
  return [
    plainRow(group, `${name}: bytes lost`, [lost], 'bytes', 0),
    plainRow(group, `${name}: conductor, memory (RSS) at most`, [Math.max(...memory)], 'MiB', 120),
    plainRow(group, `${name}: \`status\` meanwhile, slowest`, [Math.max(...answers)], 'ms', 1000),
  ];
}

function sizeOf(home: Home, task: string): number {
  return fs.statSync(join(home.runs, task, '1', 'output'), { throwIfNoEntry: false })?.size ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
