import * as fs from 'node:fs';
import { join } from 'node:path';
import { readIfExists, readJson } from '../base/files.ts';
import { isAlive, type ProcessIdentity } from '../base/process.ts';
import { type Ending, ExitRecord } from '../model/ending.ts';
import type { RunFiles } from '../model/home.ts';

/** The wrapper process of a run, from its heartbeat file; undefined before it has started. */
export function wrapperOf(files: Pick<RunFiles, 'heartbeat'>): ProcessIdentity | undefined {
  const [pid, startTime] = (readIfExists(files.heartbeat) ?? '').trim().split(/\s+/);
  const number = Number(pid);
  return Number.isInteger(number) && number > 0 && startTime !== undefined
    ? { pid: number, startTime }
    : undefined;
}

/** The exit record the wrapper left, or undefined. */
export function exitRecordOf(files: RunFiles): ExitRecord | undefined {
  // Asked all the time for each run: an error that is made and caught costs ten times as much.
  if (!fs.existsSync(files.exit)) return undefined;
  const parsed = ExitRecord.safeParse(readJson(files.exit));
  return parsed.success ? parsed.data : undefined;
}

const FIRST_BEAT_LIMIT_MS = 20_000;

/**
 * How a run ended, or undefined while it goes on. `lost` when the wrapper is gone without an exit record, or has
 * not begun `startLimitMs` after it should have (`sinceLaunchMs`), or not given a sign 20 s after it had begun.
 */
export function endingOf(
  files: RunFiles,
  sinceLaunchMs: number,
  startLimitMs: number,
  now: string,
): Ending | undefined {
  const before = exitRecordOf(files);
  if (before !== undefined) return exited(before);
  const wrapper = wrapperOf(files);
  const late = sinceLaunchMs > startLimitMs;
  const gone = wrapper === undefined ? willNotStart(files, late) : !isAlive(wrapper);
  if (!gone) return undefined;
  // The record may have come between the two looks.
  const after = exitRecordOf(files);
  if (after !== undefined) return exited(after);
  return { cause: 'lost', code: null, signal: null, startedAt: null, endedAt: now, logIncomplete: false };
}

// Taking the wrapper's claim keeps one that comes very late from running an agent that nobody watches.
function willNotStart(files: RunFiles, late: boolean): boolean {
  const claim = join(files.dir, 'claim');
  const claimed = fs.statSync(claim, { throwIfNoEntry: false });
  if (claimed !== undefined) return Date.now() - claimed.mtimeMs > FIRST_BEAT_LIMIT_MS;
  if (!late) return false;
  try {
    fs.mkdirSync(claim);
    return true;
  } catch {
    return false;
  }
}

function exited(record: ExitRecord): Ending {
  return { ...record, cause: 'exited', logIncomplete: record.logIncomplete ?? false };
}
