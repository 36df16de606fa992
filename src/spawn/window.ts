import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readJson, replaceFile } from '../base/files.ts';
import { packageRoot } from '../base/package-root.ts';
import { bootId, memoryKills } from '../base/process.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { nowIso } from '../base/time.ts';
import type { Home, RunFiles } from '../model/home.ts';
import { Launch, type Plan } from '../model/plan.ts';
import { ledgerSize } from '../store/ledger.ts';
import { listWindows, openWindow, type Place } from '../tmux/windows.ts';
import { hasSecretMarks } from './secret-marks.ts';

/** A run whose folder holds its prompt and its env file, ready for a window. */
export interface RunWindow {
  home: Home;
  files: RunFiles;
  plan: Plan;
  /** The run's `ORCHESTRA_RUN`. */
  tag: string;
  /** The words of a command that renders the run in its pane and ends when all is shown. Plain text is shown without it, unless the run has secrets. */
  viewer: readonly string[] | null;
  /** What has to be over before the agent begins: the window is made ready meanwhile. */
  preparing?: Promise<void> | undefined;
}

/** Whether the wrapper of a run has taken it, so that it will never be started again. */
export function hasBegun(files: RunFiles): boolean {
  return fs.existsSync(join(files.dir, 'claim'));
}

/**
 * Starts the wrapper of a run in a window of its own and writes `launch.json`. Safe to repeat: a window that carries the
 * tag is taken over, and a run that has begun and whose window is gone is given as launched nowhere. Throws `refused`
 * when the folder to work in is missing, `unavailable` when tmux does not answer, and what `preparing` throws, which is
 * over in any case.
 */
export async function openRunWindow(request: RunWindow): Promise<Launch> {
  try {
    return await launchRun(request);
  } finally {
    await request.preparing?.catch(() => {});
  }
}

async function launchRun(request: RunWindow): Promise<Launch> {
  const { home, files, plan, tag, preparing } = request;
  const known = Launch.safeParse(readJson(files.launch)).data;
  // Written before a window is opened: without it there is none to look for.
  const opened = fs.existsSync(join(files.dir, 'wrapper'));
  if (opened) await preparing;
  const existing = opened ? await existingPlace(home, tag) : undefined;
  // It was started and its window is gone: its folder tells how it ended.
  const isGone = existing === undefined && hasBegun(files);
  if (isGone && known !== undefined) return known;
  const place = existing ?? (isGone ? nowhere : await newPlace(request));
  if (
    known?.pane === place.pane &&
    known.server.pid === place.server.pid &&
    known.server.startTime === place.server.startTime
  ) {
    return known;
  }
  const launch: Launch = {
    task: plan.task,
    run: plan.run,
    runDir: files.dir,
    ...place,
    at: nowIso(),
    // Whoever lost what an earlier try wrote down starts no later than it.
    ledgerBytes: known?.ledgerBytes ?? ledgerSize(home.ledger),
    machine: known?.machine ?? { boot: bootId(), memoryKills: memoryKills() },
  };
  replaceFile(files.launch, `${JSON.stringify(launch)}\n`);
  return launch;
}

// Whoever opened the window was killed before it could say where, and the server has gone since.
const nowhere: Place = { pane: '', window: '', server: { pid: 0, startTime: 'gone' } };

async function existingPlace(home: Home, tag: string): Promise<Place | undefined> {
  const panes = await listWindows(home);
  const found = panes === 'no-server' ? undefined : panes.find((pane) => pane.run === tag);
  return found && { pane: found.pane, window: found.window, server: found.server };
}

async function newPlace({ home, files, plan, tag, viewer, preparing }: RunWindow): Promise<Place> {
  // The viewer takes what is not there for plain.
  if (plan.format !== 'plain')
    replaceFile(join(files.dir, 'format.json'), `${JSON.stringify({ format: plan.format })}\n`);
  replaceFile(join(files.dir, 'wrapper'), wrapperText(plan, isShownAsItComes(plan, files) ? null : viewer));
  const command = ['nice', 'bash', join(packageRoot(), 'tools', '_lib', 'wrapper.sh'), files.dir];
  const window = { name: plan.task, tag, dir: plan.workplace.dir, command };
  return openWindow(home, window, { after: preparing });
}

// Plain text needs a viewer only to keep secrets out of the pane.
function isShownAsItComes(plan: Plan, files: RunFiles): boolean {
  return plan.format === 'plain' && !hasSecretMarks(files.dir);
}

/** Threads that run at once and leave none for an answer. */
const CROWD_PER_CORE = 12;

// What the wrapper sources; the agent sees none of it.
function wrapperText(plan: Plan, viewer: readonly string[] | null): string {
  return [
    `wrapper_dir=${shellQuote(plan.workplace.dir)}`,
    `wrapper_tool=${shellQuote(plan.toolDir)}`,
    `wrapper_grace=${shellQuote(String(plan.limits.graceSeconds))}`,
    `wrapper_crowd=${CROWD_PER_CORE * availableParallelism()}`,
    `wrapper_viewer=(${(viewer ?? []).map(shellQuote).join(' ')})`,
    '',
  ].join('\n');
}
