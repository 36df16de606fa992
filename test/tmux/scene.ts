import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startTimeOf, sweepByEnv } from '../../src/base/process.ts';
import { ExitRecord } from '../../src/model/ending.ts';
import { type Home, homeAt, type RunFiles, runFiles, runTag } from '../../src/model/home.ts';
import type { Launch, Plan } from '../../src/model/plan.ts';
import { writeEnvFile } from '../../src/spawn/environment.ts';
import { openRunWindow } from '../../src/spawn/window.ts';
import { recordedServer, socketPath } from '../../src/tmux/socket.ts';

/** A run to set up: `script` is the tool's run.sh, `runDir` a folder in place of the home's own. */
export interface RunSetup {
  script?: string;
  prompt?: string | Uint8Array;
  env?: Record<string, string>;
  task?: string;
  run?: number;
  graceSeconds?: number;
  dir?: string;
  viewer?: string[];
}

/** A run that is ready for its window. */
export interface PreparedRun {
  files: RunFiles;
  plan: Plan;
  tag: string;
  open(preparing?: Promise<void>): Promise<Launch>;
  /** The exit record, once it is there. */
  exit(): Promise<ExitRecord>;
}

/** A home of its own with its own tmux server; both are gone after the test, with all that the runs started. */
export function scene(root = fs.mkdtempSync('/tmp/otmux-')): {
  home: Home;
  work: string;
  run(setup?: RunSetup): PreparedRun;
} {
  const home = homeAt(join(root, 'home'));
  const work = join(root, 'work');
  fs.mkdirSync(work, { recursive: true });
  fs.mkdirSync(home.root, { recursive: true, mode: 0o700 });
  const tags: string[] = [];
  onTestFinished(async () => {
    const server = recordedServer(home);
    if (server !== undefined) signal(server.pid, 'SIGCONT');
    const socket = socketPath(home);
    spawnSync('tmux', ['-S', socket, 'kill-server'], { stdio: 'ignore' });
    for (const tag of tags) await sweepByEnv(`ORCHESTRA_RUN=${tag}`, 0);
    fs.rmSync(root, { recursive: true, force: true });
    if (!socket.startsWith(root)) fs.rmSync(join(socket, '..'), { recursive: true, force: true });
  });
  return {
    home,
    work,
    run(setup = {}) {
      const { task = 'task-1', run = 1 } = setup;
      const toolDir = join(root, `tool-${task}-${run}`);
      fs.mkdirSync(toolDir, { recursive: true });
      fs.writeFileSync(join(toolDir, 'run.sh'), setup.script ?? 'exit 0');
      const files = runFiles(home, task, run);
      fs.mkdirSync(files.dir, { recursive: true });
      fs.writeFileSync(files.prompt, setup.prompt ?? 'do it');
      const tag = runTag(root.split('-').at(-1) ?? 'h', task, run);
      tags.push(tag);
      writeEnvFile(files.env, { PATH: process.env.PATH ?? '', HOME: root, ORCHESTRA_RUN: tag, ...setup.env });
      const plan = planOf(task, run, toolDir, setup.dir ?? work, setup.graceSeconds ?? 1);
      return {
        files,
        plan,
        tag,
        open: (preparing) =>
          openRunWindow({ home, files, plan, tag, viewer: setup.viewer ?? null, preparing }),
        exit: () =>
          until(
            () =>
              fs.existsSync(files.exit) && ExitRecord.parse(JSON.parse(fs.readFileSync(files.exit, 'utf8'))),
          ),
      };
    },
  };
}

function planOf(task: string, run: number, toolDir: string, dir: string, graceSeconds: number): Plan {
  return {
    ...{
      task,
      run,
      tool: 'fake',
      format: 'plain',
      model: null,
      access: 'edit',
      session: null,
      toolDir,
      argv: [],
    },
    ...{ envNames: [], baseEnv: {}, checks: [], autoApprove: false, notice: null, steps: [] },
    workplace: { repo: dir, dir, worktree: false, branch: null, base: null, subdir: '', notes: [] },
    limits: {
      timeoutSeconds: 60,
      budgetUsd: null,
      graceSeconds,
      checkTimeoutSeconds: 60,
      toolParallel: null,
    },
  };
}

/** What the condition gives as soon as it gives something. */
export async function until<T>(
  condition: () => T | Promise<T>,
): Promise<Exclude<T, false | undefined | null | ''>> {
  for (let round = 0; round < 1000; round += 1) {
    const value = await condition();
    if (value) return value as Exclude<T, false | undefined | null | ''>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${condition}`);
}

/** Whether the process is over; a zombie that nobody has collected yet counts. */
export function gone(pid: number): boolean {
  return startTimeOf(pid) === undefined;
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
