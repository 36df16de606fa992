import { isAbsolute, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';

/** The files of an `ORCHESTRA_HOME`. */
export interface Home {
  root: string;
  database: string;
  ledger: string;
  runs: string;
  worktrees: string;
  /** Copies of the database in good state, see store/backup.ts. */
  backups: string;
  /** Touched at each append, so that others notice without asking. */
  signal: string;
  conductorLock: string;
  conductorLog: string;
  /** Versions that tools told, by the path of their program. */
  versions: string;
  /** There while everything is stopped: `orchestra stop`. */
  halt: string;
  /** Which tasks change the same lines, as the conductor saw it last. */
  overlaps: string;
}

/** The home that an environment names: `ORCHESTRA_HOME`, else under `XDG_STATE_HOME`, else under `HOME`. Throws `config`. */
export function homeFrom(env: Record<string, string | undefined>): Home {
  const base = env.XDG_STATE_HOME || (env.HOME ? join(env.HOME, '.local', 'state') : undefined);
  const root = env.ORCHESTRA_HOME || (base ? join(base, 'orchestra') : undefined);
  if (root === undefined) {
    throw new OrchestraError(
      'config',
      'Neither ORCHESTRA_HOME nor HOME is set, so there is no place for the state.',
      {
        hint: 'Set HOME, or ORCHESTRA_HOME to a folder of your own.',
      },
    );
  }
  if (!isAbsolute(root)) {
    throw new OrchestraError('config', `The home "${root}" is not an absolute path.`, {
      hint: 'Set ORCHESTRA_HOME to a path that starts with a slash.',
    });
  }
  return homeAt(root);
}

/** The files of the home at this absolute path. */
export function homeAt(root: string): Home {
  return {
    root,
    database: join(root, 'orchestra.db'),
    ledger: join(root, 'ledger.jsonl'),
    runs: join(root, 'runs'),
    worktrees: join(root, 'worktrees'),
    backups: join(root, 'backups'),
    signal: join(root, 'signal'),
    conductorLock: join(root, 'conductor.lock'),
    conductorLog: join(root, 'conductor.log'),
    versions: join(root, 'versions.json'),
    halt: join(root, 'halted.json'),
    overlaps: join(root, 'overlaps.json'),
  };
}

/** The files of one run: `runs/task-5/1/`. */
export interface RunFiles {
  dir: string;
  prompt: string;
  env: string;
  /** What was planned, in a form that brings the task back when the database is lost. */
  plan: string;
  launch: string;
  output: string;
  stderr: string;
  heartbeat: string;
  exit: string;
  report: string;
  summary: string;
  /** There when what the run has printed was removed. */
  pruned: string;
}

/** Where a run keeps its files. */
export function runFiles(home: Home, task: string, run: number): RunFiles {
  const dir = join(home.runs, task, String(run));
  return {
    dir,
    prompt: join(dir, 'prompt.md'),
    env: join(dir, 'env'),
    plan: join(dir, 'plan.json'),
    launch: join(dir, 'launch.json'),
    output: join(dir, 'output'),
    stderr: join(dir, 'stderr'),
    heartbeat: join(dir, 'heartbeat'),
    exit: join(dir, 'exit.json'),
    report: join(dir, 'report.json'),
    summary: join(dir, 'summary.json'),
    pruned: join(dir, 'pruned.json'),
  };
}

/** Where the environment of a task that is not over is kept for its further runs, readable by this user alone. */
export function keptEnvironment(home: Home, task: string): string {
  return join(home.runs, task, 'environment.json');
}

/** The value of `ORCHESTRA_RUN`, by which the processes of a run are known. */
export function runTag(homeId: string, task: string, run: number): string {
  return `${homeId}/${task}/${run}`;
}
