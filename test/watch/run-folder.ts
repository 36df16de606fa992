import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startTimeOf } from '../../src/base/process.ts';
import { homeAt, type RunFiles, runFiles } from '../../src/model/home.ts';

/** The empty folder of a run, gone with the test. */
export function runFolder(): RunFiles {
  const root = fs.mkdtempSync(join(tmpdir(), 'watch-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  const files = runFiles(homeAt(root), 'task-1', 1);
  fs.mkdirSync(files.dir, { recursive: true });
  return files;
}

/** A process that stands for the wrapper: its heartbeat is written. Returns how to kill it. */
export function beatingWrapper(files: RunFiles): () => Promise<void> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid as number;
  fs.writeFileSync(files.heartbeat, `${pid}\n${startTimeOf(pid)}\n`);
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

/** Leaves the exit record as the wrapper does: last, and by a rename. */
export function leaveExit(files: RunFiles, fields: object = {}): void {
  const record = {
    code: 0,
    signal: null,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:06.000Z',
    ...fields,
  };
  fs.writeFileSync(`${files.dir}/.exit`, JSON.stringify(record).padEnd(255));
  fs.renameSync(`${files.dir}/.exit`, files.exit);
}
