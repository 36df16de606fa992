import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesWithEnv, startTimeOf, sweepByEnv } from '../../src/base/process.ts';
import { recordedServer, socketPath } from '../../src/tmux/socket.ts';
import { capturePane } from '../../src/tmux/windows.ts';
import { gone, type PreparedRun, scene, signal, until } from '../tmux/scene.ts';

const wrapper = join(import.meta.dirname, '../../tools/_lib/wrapper.sh');

function textOf(path: string): string {
  return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : '';
}

function wrapperPid(run: PreparedRun): Promise<number> {
  return until(() => Number(textOf(run.files.heartbeat).split('\n')[0]) || undefined);
}

test('the prompt reaches standard input byte for byte and nothing in it is run', async () => {
  const { run } = scene();
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => ((index * 7919) % 255) + 1));
  const prompt = Buffer.concat([
    Buffer.from('-n $(touch x) `touch y` \'"; #{pid} do;\r\n\u001b[201~'),
    noise,
  ]);
  const one = run({ prompt, script: 'sha256sum; ls' });
  await one.open();
  await one.exit();
  const sum = createHash('sha256').update(prompt).digest('hex');
  expect(textOf(one.files.output)).toBe(`${sum}  -\n`);
});

test('a secret is only in the environment of its own agent, and its file is gone', async () => {
  process.env.CANARY_OF_CALLER = 'canary-of-caller';
  onTestFinished(() => {
    delete process.env.CANARY_OF_CALLER;
  });
  const { home, run } = scene();
  const secret = 'sec"ret\'s $(touch x)\nline `two`';
  const one = run({ env: { API_KEY: secret }, script: 'printf %s "$API_KEY"; echo up >&2; exec sleep 600' });
  await one.open();
  await until(() => textOf(one.files.stderr) === 'up\n' && textOf(one.files.output) === secret);
  expect(fs.existsSync(one.files.env)).toBe(false);
  const two = run({
    task: 'task-2',
    script: 'tr "\\0" "\\n" </proc/$$/environ; cat /proc/$PPID/environ >&2',
  });
  await two.open();
  await two.exit();
  expect(textOf(two.files.output)).toMatch(/^ORCHESTRA_RUN=/m);
  expect(textOf(two.files.output)).not.toMatch(/API_KEY|CANARY|TMUX/);
  expect(textOf(two.files.stderr)).not.toMatch(/API_KEY|CANARY/);
  const server = recordedServer(home)?.pid;
  expect(textOf(`/proc/${server}/environ`)).not.toMatch(/API_KEY|canary/);
  const global = spawnSync('tmux', ['-S', socketPath(home), 'show-environment', '-g'], { encoding: 'utf8' });
  expect(global.stdout).toContain('PATH=');
  expect(global.stdout).not.toMatch(/API_KEY|CANARY/);
  const commands = spawnSync('ps', ['-eww', '-o', 'args='], { encoding: 'utf8' }).stdout;
  expect(commands).not.toContain('sec"ret');
});

test('a folder that vanished is not replaced by another: nothing runs, and the record says so', async () => {
  const { run, work } = scene();
  const one = run({ script: 'echo ran' });
  fs.writeFileSync(
    join(one.files.dir, 'wrapper'),
    `wrapper_dir='${work}/gone'\nwrapper_tool='${one.plan.toolDir}'\n`,
  );
  const result = spawnSync('bash', [wrapper, one.files.dir], {
    env: { ...process.env, ORCHESTRA_RUN: one.tag },
    encoding: 'utf8',
  });
  expect(result.status).toBe(125);
  expect(await one.exit()).toMatchObject({ code: 125, signal: null });
  expect(textOf(one.files.output)).toBe('');
  expect(textOf(one.files.stderr)).toContain(`the folder ${work}/gone is missing`);
  expect(fs.existsSync(one.files.env)).toBe(false);
});

test('a second wrapper for the same run says so and runs nothing', async () => {
  const { run } = scene();
  const one = run({ script: 'echo once >>"$HOME/count"; exec sleep 600' });
  await one.open();
  await until(() => textOf(join(one.files.dir, '../../../../count')) === 'once\n');
  const again = spawnSync('bash', [wrapper, one.files.dir], {
    env: { ...process.env, ORCHESTRA_RUN: one.tag },
    encoding: 'utf8',
  });
  expect(again.status).toBe(1);
  expect(again.stdout).toContain('task-1 run 1 was started before; nothing is run here.');
  expect(textOf(join(one.files.dir, '../../../../count'))).toBe('once\n');
});

test('the heartbeat names the wrapper by pid and start time before the agent starts', async () => {
  const { run } = scene();
  const one = run({ script: 'cat "$RUN/heartbeat"; exec sleep 600', env: { RUN: '' } });
  fs.writeFileSync(one.files.env, `export RUN='${one.files.dir}'\n`, { flag: 'a' });
  await one.open();
  const [pid, start] = (await until(() => textOf(one.files.output))).trim().split('\n');
  expect(start).toBe(startTimeOf(Number(pid)));
});

test('after kill -9 of the wrapper there is no record, the output is kept, and the tag finds what is left', async () => {
  const { run } = scene();
  const one = run({ script: 'echo kept; exec setsid -w sleep 600' });
  await one.open();
  await until(() => textOf(one.files.output) === 'kept\n');
  signal(await wrapperPid(one), 'SIGKILL');
  await sweepByEnv(`ORCHESTRA_RUN=${one.tag}`, 200);
  expect(await processesWithEnv(`ORCHESTRA_RUN=${one.tag}`)).toEqual([]);
  expect(fs.existsSync(one.files.exit)).toBe(false);
  expect(textOf(one.files.output)).toBe('kept\n');
});

test('when the tmux server is killed the wrapper ends its agent and still writes the record', async () => {
  const { home, run } = scene();
  const one = run({ script: 'trap "" HUP; echo kept; while :; do sleep 600; done', graceSeconds: 0.2 });
  await one.open();
  await until(() => textOf(one.files.output) === 'kept\n');
  signal(recordedServer(home)?.pid ?? 0, 'SIGKILL');
  expect(await one.exit()).toMatchObject({ signal: 'SIGKILL' });
  expect(textOf(one.files.output)).toBe('kept\n');
});

test('a log on a full disk is called incomplete, the code is kept and the agent is not disturbed', async (context) => {
  const disk = fs.mkdtempSync('/tmp/otmux-disk-');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  onTestFinished(() => {
    if (mounted.status === 0) spawnSync('umount', ['-l', disk]);
    fs.rmSync(disk, { recursive: true, force: true });
  });
  if (mounted.status !== 0) {
    process.stderr.write('skipped: a small disk cannot be mounted without root\n');
    context.skip('a small disk cannot be mounted without root');
  }
  const { home, run } = scene();
  fs.mkdirSync(home.runs);
  fs.symlinkSync(disk, join(home.runs, 'task-1'));
  // Whoever opened the window notes where it is, on the same disk.
  const whenNoted = `until [[ -e ${disk}/1/launch.json ]]; do sleep 0.01; done`;
  const one = run({
    script: `${whenNoted}; head -c 3000000 /dev/zero; echo "wrote all" >"$HOME/done"; exit 4`,
  });
  await one.open();
  expect(await one.exit()).toMatchObject({ code: 4, logIncomplete: true });
  expect(textOf(join(home.root, '../done'))).toBe('wrote all\n');
});

test('the pane of a wrapper that ends keeps its text', async () => {
  const { home, run } = scene();
  const one = run({ script: 'echo "still here"' });
  const launch = await one.open();
  await one.exit();
  const wrapperOf = await wrapperPid(one);
  await until(() => gone(wrapperOf));
  expect(await capturePane(home, launch, 20)).toContain('still here');
});
