import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesWithEnv } from '../../src/base/process.ts';
import { capturePane } from '../../src/tmux/windows.ts';
import { wrapperOf } from '../../src/watch/wrapper-state.ts';
import { gone, type PreparedRun, scene, signal, until } from '../tmux/scene.ts';

const codes = [0, 1, 7, 126, 127, 130, 137, 143, 255];
const signals = ['KILL', 'TERM', 'SEGV', 'INT', 'HUP', 'PIPE'];

test('an exit code is recorded as it is, also one that looks like a signal', async () => {
  const { run } = scene();
  const runs = codes.map((code, index) => ({
    code,
    run: run({ task: `task-${index + 1}`, script: `exit ${code}` }),
  }));
  for (const { run } of runs) await run.open();
  for (const { code, run } of runs) expect(await run.exit()).toMatchObject({ code, signal: null });
});

test('a death by a signal is recorded with its name and no code', async () => {
  const { run } = scene();
  const runs = signals.map((name, index) => ({
    name,
    run: run({ task: `task-${index + 1}`, script: `ulimit -c 0; kill -${name} $$` }),
  }));
  for (const { run } of runs) await run.open();
  for (const { name, run } of runs)
    expect(await run.exit()).toMatchObject({ code: null, signal: `SIG${name}` });
});

test('a record holds times in UTC and says nothing of a log that is whole', async () => {
  const { run } = scene();
  const one = run();
  await one.open();
  const record = await one.exit();
  expect(record.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(record.endedAt >= record.startedAt).toBe(true);
  expect(record.logIncomplete).toBeUndefined();
});

test('the last line before an instant exit is in the log, and the status is the one it gave, fifty times', async () => {
  const { run } = scene();
  const runs = Array.from({ length: 50 }, (_, index) =>
    run({
      task: `task-${index + 1}`,
      script: `echo first; echo "last ${index}"; echo "why ${index}" >&2; exit 3`,
    }),
  );
  for (const one of runs) await one.open();
  for (const [index, one] of runs.entries()) {
    // A signal that came while the wrapper took the status once stood in its place, in one run of thirty.
    expect(await one.exit()).toMatchObject({ code: 3, signal: null });
    expect(fs.readFileSync(one.files.output, 'utf8')).toBe(`first\nlast ${index}\n`);
    expect(fs.readFileSync(one.files.stderr, 'utf8')).toBe(`why ${index}\n`);
  }
});

test.runIf(fs.existsSync('/proc/self/fd'))(
  'what writes the log goes on until the wrapper lets it end',
  async () => {
    const { run } = scene();
    const one = run({ script: 'echo begun; exec sleep 600' });
    await one.open();
    await until(() => hasBegun(one));
    const wrapper = wrapperOf(one.files)?.pid ?? 0;
    const held = fs.readdirSync(`/proc/${wrapper}/fd`).map((fd) => targetOf(`/proc/${wrapper}/fd/${fd}`));
    const pids = await processesWithEnv(`ORCHESTRA_RUN=${one.tag}`);
    const tees = pids.filter((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8') === 'tee\n');
    expect(tees).toHaveLength(2);
    for (const tee of tees) expect(held).toContain(targetOf(`/proc/${tee}/fd/0`));
    signal(wrapper, 'SIGTERM');
    expect(await one.exit()).toMatchObject({ signal: 'SIGTERM' });
    await until(() => tees.every(gone));
  },
);

function hasBegun({ files: { output } }: PreparedRun): boolean {
  return fs.existsSync(output) && fs.readFileSync(output, 'utf8') === 'begun\n';
}

function targetOf(link: string): string {
  try {
    return fs.readlinkSync(link);
  } catch {
    return 'closed meanwhile';
  }
}

test('whoever ends all that carries the tag does not keep the record from being written', async () => {
  const { run } = scene();
  const runs = Array.from({ length: 20 }, (_, index) =>
    run({ task: `task-${index + 1}`, script: 'echo begun; exec sleep 600' }),
  );
  for (const one of runs) await one.open();
  for (const one of runs) await until(() => hasBegun(one));
  const signalled = new Set<number>();
  const ending = runs.map(async (one) => {
    while (!fs.existsSync(one.files.exit)) {
      for (const pid of await processesWithEnv(`ORCHESTRA_RUN=${one.tag}`)) {
        if (!signalled.has(pid)) signal(pid, 'SIGTERM');
        signalled.add(pid);
      }
      await new Promise(setImmediate);
    }
  });
  for (const one of runs) {
    const record = await one.exit();
    expect(record).toMatchObject({ code: null, asked: 'SIGTERM' });
    // bash may have lost how the agent ended: unknown is not told as anything else.
    expect(['SIGTERM', null]).toContain(record.signal);
  }
  await Promise.all(ending);
});

test('signals that keep coming do not stand in the place of how the agent ended', async () => {
  const { run } = scene();
  const one = run({ script: 'echo begun; until [[ -e go ]]; do sleep 0.01; done; exit 7' });
  await one.open();
  await until(() => hasBegun(one));
  const wrapper = wrapperOf(one.files)?.pid ?? 0;
  const timer = setInterval(() => signal(wrapper, 'SIGUSR2'), 0);
  onTestFinished(() => clearInterval(timer));
  fs.writeFileSync(join(one.plan.workplace.dir, 'go'), '');
  const record = await one.exit();
  clearInterval(timer);
  // bash may have lost how the agent ended: unknown is not told as anything else.
  expect([7, null]).toContain(record.code);
  expect(record.signal).toBe(null);
});

test('the pane shows the lines and how it ended', async () => {
  const { home, run } = scene();
  const one = run({ task: 'task-5', script: 'echo shown; echo trouble >&2; exit 4' });
  const launch = await one.open();
  const screen = await until(async () => {
    const text = await capturePane(home, launch, 50);
    return text.includes('ended') && text;
  });
  expect(screen).toContain('shown');
  expect(screen).toContain('trouble');
  expect(screen).toContain('— task-5 run 1 ended: exit 4 —');
});

test('a viewer of its own is run beside the agent and never keeps the record back', async () => {
  const { home, run } = scene();
  const one = run({
    script: 'exit 2',
    viewer: ['bash', '-c', 'echo "seen by $1"; exec sleep 600', 'x', "it's"],
  });
  one.plan.format = 'claude-stream-json';
  const launch = await one.open();
  expect(await one.exit()).toMatchObject({ code: 2 });
  await until(async () => (await capturePane(home, launch, 50)).includes("seen by it's"));
});

test('children in the group, in sessions of their own and forked twice are ended with the agent', async () => {
  const { run } = scene();
  const script = `sleep 600 &
setsid sleep 600 &
( setsid bash -c 'trap "" TERM HUP INT; echo up >"$HOME/up"; (sleep 600 & sleep 600) & sleep 600' & )
while [[ ! -s $HOME/up ]]; do sleep 0.01; done
exit 0`;
  const one = run({ script, graceSeconds: 0 });
  await one.open();
  expect(await one.exit()).toMatchObject({ code: 0 });
  const heart = Number(fs.readFileSync(one.files.heartbeat, 'utf8').split('\n')[0]);
  await until(() => gone(heart));
  expect(await processesWithEnv(`ORCHESTRA_RUN=${one.tag}`)).toEqual([]);
});

test('an agent that ignores every polite signal is killed after the grace period', async () => {
  const { run } = scene();
  const one = run({
    script: 'trap "" TERM INT HUP; echo ready; while :; do sleep 600; done',
    graceSeconds: 0.3,
  });
  await one.open();
  await until(
    () => fs.existsSync(one.files.output) && fs.readFileSync(one.files.output, 'utf8') === 'ready\n',
  );
  const wrapper = Number(fs.readFileSync(one.files.heartbeat, 'utf8').split('\n')[0]);
  signal(wrapper, 'SIGTERM');
  expect(await one.exit()).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('a signal to the wrapper reaches the agent and its children as the same signal', async () => {
  const { run } = scene();
  const script = `trap 'echo got INT; exit 9' INT; echo ready; while :; do read -t 600 <> <(:) || sleep 0.05; done`;
  const one = run({ script, graceSeconds: 5 });
  await one.open();
  await until(
    () => fs.existsSync(one.files.output) && fs.readFileSync(one.files.output, 'utf8') === 'ready\n',
  );
  signal(Number(fs.readFileSync(one.files.heartbeat, 'utf8').split('\n')[0]), 'SIGINT');
  expect(await one.exit()).toMatchObject({ code: 9, asked: 'SIGINT' });
  expect(fs.readFileSync(one.files.output, 'utf8')).toContain('got INT');
});
