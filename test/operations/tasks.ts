import * as fs from 'node:fs';
import { join } from 'node:path';
import { type Home, runFiles } from '../../src/model/home.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import { openStore } from '../../src/store/store.ts';
import { commitFiles, sh } from '../git/repository.ts';
import { aTask, settled } from '../store/samples.ts';

/** What a task has on the disk. */
export interface TaskOnDisk {
  task: string;
  dir: string;
  branch: string;
}

/** How the task ended: with this status, with a commit on its branch, landed on `main`. */
interface Ended {
  status: TaskStatus;
  commit?: boolean;
  landed?: boolean;
  pane?: { pane: string; window: string; server: { pid: number; startTime: string } };
}

/** A task that has run in a worktree of the repository, as its events and its folders tell it. */
export async function aTaskWith({ home }: { home: Home }, root: string, ended: Ended): Promise<TaskOnDisk> {
  const store = openStore(home, { write: true });
  try {
    const { task } = store.createTask(aTask());
    const branch = `orchestra/${task}-add-a-test`;
    const dir = join(home.worktrees, 'repo', task);
    const base = sh(root, 'rev-parse', 'main');
    fs.mkdirSync(runFiles(home, task, 1).dir, { recursive: true });
    sh(root, 'worktree', 'add', '-q', '-b', branch, dir, base);
    store.append(task, 1, { type: 'planned', plan: planOf(task, root, dir, branch, base) });
    const place = ended.pane ?? { pane: '%1', window: '@1', server: { pid: 1, startTime: 'x' } };
    const launch = {
      task,
      run: 1,
      runDir: runFiles(home, task, 1).dir,
      ...place,
      at: '2026-01-02T03:04:05.678Z',
    };
    store.append(task, 1, { type: 'spawned', launch });
    const commit = ended.commit ? commitFiles(dir, { [`${task}.txt`]: 'work\n' }) : null;
    store.append(task, 1, settled(ended.landed ? 'review' : ended.status));
    if (ended.landed) {
      sh(root, 'merge', '-q', branch);
      store.append(task, 1, { type: 'approved', commit, onto: 'main', landed: commit });
    }
    return { task, dir, branch };
  } finally {
    store.close();
  }
}

function planOf(task: string, root: string, dir: string, branch: string, base: string): Plan {
  const workplace = {
    repo: root,
    dir,
    worktree: true,
    branch,
    base: { branch: 'main', commit: base },
    subdir: '',
    notes: [],
  };
  return {
    task,
    run: 1,
    tool: 'my-agent',
    format: 'plain',
    model: null,
    access: 'edit',
    session: null,
    toolDir: '/nowhere',
    argv: [],
    envNames: [],
    baseEnv: {},
    workplace,
    limits: {
      timeoutSeconds: 60,
      budgetUsd: null,
      graceSeconds: 1,
      checkTimeoutSeconds: 60,
      toolParallel: null,
    },
    checks: [],
    autoApprove: false,
    notice: null,
    steps: [],
  };
}
