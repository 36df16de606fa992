import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  bootId,
  isAlive,
  ownIdentity,
  processesWithEnv,
  signalProcess,
  startTimeOf,
  sweepByEnv,
} from '../../src/base/process.ts';
import { eventually } from '../support/stage.ts';

let count = 0;

/** A tag of its own, whose processes are ended with the test. */
function newTag(): string {
  count += 1;
  const tag = `PROCESS_TEST=${process.pid}/${count}`;
  onTestFinished(async () => void (await sweepByEnv(tag, 0)));
  return tag;
}

function start(tag: string, script: string) {
  const env = { ...process.env, PROCESS_TEST: tag.slice('PROCESS_TEST='.length) };
  return spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

test('this very process lives, and one with its pid and another start does not', () => {
  const own = ownIdentity();
  expect(own.pid).toBe(process.pid);
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startTime: '1' })).toBe(false);
  expect(startTimeOf(2 ** 22 + 1)).toBe(undefined);
  expect(bootId()).toBe(bootId());
});

test('no signal goes to a group, and nobody lives without a pid and a start', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  for (const pid of [0, -1, -process.pid, Number.NaN]) expect(signalProcess(pid, 'SIGKILL')).toBe(false);
  expect(kill).not.toHaveBeenCalled();
  expect(isAlive({})).toBe(false);
  expect(isAlive({ pid: 2 ** 22 + 1 })).toBe(false);
});

test('a process that ended is gone, also while nobody has waited for it', async () => {
  const tag = newTag();
  const child = start(tag, 'sleep 0 & echo $!; exec sleep 30');
  const [data] = await once(child.stdout, 'data');
  const zombie = Number(String(data));
  await eventually(() => fs.readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(') Z '));
  expect(startTimeOf(zombie)).toBe(undefined);
  const identity = { pid: child.pid as number, startTime: startTimeOf(child.pid as number) as string };
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(signalProcess(identity.pid, 'SIGTERM')).toBe(false);
});

test('a program name with spaces and parentheses does not shift the fields', async () => {
  const tag = newTag();
  const child = start(tag, 'printf "odd) S (1 2" > /proc/self/comm; echo ready; read -r _ < <(sleep 30)');
  await once(child.stdout, 'data');
  const pid = child.pid as number;
  expect(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain('odd) S (1 2');
  const fields = fs.readFileSync('/proc/self/stat', 'utf8').split(' ');
  expect(Number(startTimeOf(pid))).toBeGreaterThanOrEqual(Number(fields[21]));
});

test('a sweep ends children that left their session, double forks, and those that ignore TERM, and nobody else', async () => {
  const tag = newTag();
  const decoy = start(`${tag}0`, 'echo up; exec sleep 30');
  onTestFinished(() => void decoy.kill('SIGKILL'));
  const child = start(
    tag,
    'setsid sleep 31 & (setsid bash -c "sleep 32 & disown" &) ; (trap "" TERM HUP; while :; do sleep 1; done) & echo up; wait',
  );
  await Promise.all([once(child.stdout, 'data'), once(decoy.stdout, 'data')]);
  const before = await eventually(async () => {
    const pids = await processesWithEnv(tag);
    return pids.length >= 4 && pids;
  });
  expect(before).toContain(child.pid);
  expect(before).not.toContain(decoy.pid);
  const signalled = await sweepByEnv(tag, 200);
  expect(await processesWithEnv(tag)).toEqual([]);
  expect(signalled).toContain(child.pid);
  expect(startTimeOf(decoy.pid as number)).toBeDefined();
});

test('KILL follows a long time of grace too', async () => {
  const tag = newTag();
  const child = start(tag, 'trap "" TERM; echo up; while :; do sleep 0.1; done');
  await once(child.stdout, 'data');
  const exit = once(child, 'exit');
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let over = false;
  const sweep = sweepByEnv(tag, 12_000).then(() => (over = true));
  while (!over) await vi.advanceTimersByTimeAsync(1_000);
  await sweep;
  vi.useRealTimers();
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('what ends at TERM is not killed, and a sweep without anybody signals nobody', async () => {
  const tag = newTag();
  const child = start(tag, 'trap "exit 9" TERM; echo up; while :; do sleep 0.02; done');
  await once(child.stdout, 'data');
  const exit = once(child, 'exit');
  expect(await sweepByEnv(tag, 5_000)).toContain(child.pid);
  expect(await exit).toEqual([9, null]);
  expect(await sweepByEnv(tag, 5_000)).toEqual([]);
});
