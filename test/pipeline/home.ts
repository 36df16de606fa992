import * as fs from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Config } from '../../src/model/config.ts';
import { homeAt } from '../../src/model/home.ts';
import type { TaskRequest } from '../../src/model/request.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import { isSettled } from '../../src/model/words.ts';
import { conduct } from '../../src/pipeline/conduct.ts';
import { proposeTask, storeTasks } from '../../src/pipeline/request-task.ts';
import type { World } from '../../src/pipeline/world.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually, Stage } from '../support/stage.ts';

export const entry = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** A stage looked at from inside: its store is open, and a conductor may run in this process. */
export class Inside {
  readonly stage: Stage;
  readonly world: World;

  constructor(stage = new Stage()) {
    this.stage = stage;
    const home = homeAt(stage.home);
    const store = openStore(home, { write: true });
    onTestFinished(() => {
      // A conductor that a failed test has left in this process must not get the stage's `conductor stop`.
      fs.rmSync(home.conductorLock, { force: true });
      store.close();
    });
    this.world = { home, store, env: stage.env, entry };
  }

  /** Stores a task for the fake agent; nothing runs it yet. */
  async add(commands: string[], request: Partial<TaskRequest> = {}): Promise<string> {
    const text = ['A task', ...commands.map((command) => `do: ${command}`)].join('\n');
    const asker = { cwd: this.stage.repo, env: this.world.env };
    const proposal = await proposeTask(this.world.home, { tool: 'fake', ...request, task: text }, asker);
    return storeTasks(this.world, (store) => store(proposal)).task;
  }

  config(fields: Partial<Config> = {}): Config {
    return { ...loadConfig({ env: this.world.env }).config, ...fields };
  }

  view(task: string): TaskView {
    return viewTask(this.world.store.events(task)) as TaskView;
  }

  isSettled(task: string): boolean {
    return isSettled(this.view(task).status);
  }

  /** Conducts in this process until the tasks are settled. */
  async conduct(...tasks: string[]): Promise<void> {
    const stop = new AbortController();
    const end = conduct(this.world, this.config(), stop.signal, () => {});
    try {
      await eventually(() => tasks.every((task) => this.isSettled(task)), 60);
    } finally {
      stop.abort();
      await end;
    }
  }

  /** How often each event has happened to a task. */
  counts(task: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.world.store.events(task)) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  ledger(): { task: string; run: number }[] {
    const path = this.world.home.ledger;
    const text = fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trimEnd() : '';
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
  }
}
