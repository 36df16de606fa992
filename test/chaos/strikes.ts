import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { isAlive, processesWithEnv, signalProcess } from '../../src/base/process.ts';
import { homeAt } from '../../src/model/home.ts';
import { openStore } from '../../src/store/store.ts';
import { wrapperOf } from '../../src/watch/wrapper-state.ts';
import { random, type Scene, type Schedule, type Victim } from './schedule.ts';

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a small disk of our own can be mounted here. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const dir = fs.mkdtempSync(join(process.env.HOME as string, 'm'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Puts the home of a stage on a disk of its own. */
export function mountDisk(home: string, megabytes: number): void {
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', home]);
}

/** Takes it away again. */
export function unmountDisk(home: string): void {
  execFileSync('umount', ['-l', home], { stdio: 'ignore' });
}

/** Kills, or fills the disk for a while, with SIGKILL and without warning. */
export async function strike(scene: Scene, victim: Victim, seed: number): Promise<void> {
  const { stage, schedule } = scene;
  const next = random(seed);
  switch (victim) {
    case 'conductor':
      return kill(pidIn(join(stage.home, 'conductor.lock')));
    case 'tmux':
      return kill(pidIn(join(stage.home, 'tmux.server')));
    case 'wrapper':
    case 'agent':
      return strikeRun(scene, victim, next);
    case 'delegate':
      return strikeDelegate(scene, next);
    case 'everything':
      return restart(scene);
    case 'cancel':
      return cancelOne(scene, next);
    case 'stop':
      return stopForAWhile(scene, next);
    case 'disk':
      return fill(stage.home, schedule, 200 + next() * 800);
  }
}

function kill(pid: number | undefined): void {
  if (pid !== undefined && pid !== process.pid) signalProcess(pid, 'SIGKILL');
}

/** The process a file tells of, when it is still the same one. */
function pidIn(path: string): number | undefined {
  try {
    const identity = JSON.parse(fs.readFileSync(path, 'utf8'));
    return isAlive(identity) ? identity.pid : undefined;
  } catch {
    return undefined;
  }
}

function runDirs(home: string): { tag: string; dir: string }[] {
  const runs = join(home, 'runs');
  const list = (dir: string) => (fs.existsSync(dir) ? fs.readdirSync(dir) : []);
  return list(runs).flatMap((task) =>
    list(join(runs, task))
      .filter((run) => /^\d+$/.test(run))
      .map((run) => ({ tag: `${task}/${run}`, dir: join(runs, task, run) })),
  );
}

async function strikeRun(scene: Scene, victim: 'wrapper' | 'agent', next: () => number): Promise<void> {
  const { home } = scene.stage;
  const live = runDirs(home).filter(
    ({ dir }) => fs.existsSync(join(dir, 'heartbeat')) && !fs.existsSync(join(dir, 'exit.json')),
  );
  const run = live[Math.floor(next() * live.length)];
  if (run === undefined) return;
  // Its heartbeat may still be empty, and a stranger may have the pid of a wrapper that was struck before.
  const wrapper = wrapperOf({ heartbeat: join(run.dir, 'heartbeat') });
  if (victim === 'wrapper') return wrapper && isAlive(wrapper) ? kill(wrapper.pid) : undefined;
  const tagged = await processesWithEnv(`ORCHESTRA_RUN=${homeId(home)}/${run.tag}`);
  kill(tagged.filter((one) => one !== wrapper?.pid).at(-1));
}

function homeId(home: string): string {
  const store = openStore(homeAt(home));
  const { homeId: id } = store;
  store.close();
  return id;
}

/** A `delegate` that dies somewhere on its way: its task is there whole, or not at all. */
async function strikeDelegate(scene: Scene, next: () => number): Promise<void> {
  const words = ['delegate', '--tool', 'marks', '--task', scene.text(0), '--detach'];
  await dyingAfter(scene, words, next() * 400);
}

/** A person cancels a task, whatever it is just doing; and may be killed over it. */
async function cancelOne(scene: Scene, next: () => number): Promise<void> {
  const task = `task-${1 + Math.floor(next() * scene.schedule.tasks.length)}`;
  await dyingAfter(scene, ['cancel', task], 200 + next() * 1500);
}

/** The kill switch, and on again. */
async function stopForAWhile(scene: Scene, next: () => number): Promise<void> {
  await dyingAfter(scene, ['stop'], 200 + next() * 1500);
  await pause(next() * 300);
  await scene.stage.run(['resume']);
}

async function dyingAfter(scene: Scene, words: string[], ms: number): Promise<void> {
  const child = scene.stage.start(words);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([pause(ms), gone]);
  kill(child.pid);
  await gone;
}

/** The power goes: no process of the home is left, and what they had written stands. */
async function restart(scene: Scene): Promise<void> {
  const { home } = scene.stage;
  kill(pidIn(join(home, 'conductor.lock')));
  for (const { tag } of runDirs(home)) {
    for (const pid of await processesWithEnv(`ORCHESTRA_RUN=${homeId(home)}/${tag}`)) kill(pid);
  }
  kill(pidIn(join(home, 'tmux.server')));
}

async function fill(home: string, schedule: Schedule, ms: number): Promise<void> {
  const path = join(home, 'filler');
  const block = Buffer.alloc(64 * 1024);
  try {
    const fd = fs.openSync(path, 'w');
    try {
      for (let written = 0; written < (schedule.diskMegabytes ?? 0) * 1024 * 1024; written += block.length) {
        fs.writeSync(fd, block);
      }
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // Full: that was wanted.
  }
  await pause(ms);
  fs.rmSync(path, { force: true });
}
