import * as fs from 'node:fs';
import { join } from 'node:path';
import { homeAt } from '../../src/model/home.ts';
import { viewTask } from '../../src/model/task-view.ts';
import { openStore } from '../../src/store/store.ts';
import type { Stage } from '../support/stage.ts';

/** The conductor's socket of a stage. */
export const doorOf = (stage: Stage) => join(stage.home, 'conductor.sock');

/** The tasks of a stage by title, and whether the conductor has stored each. */
export function tasksOf(stage: Stage): { title: string; byConductor: boolean }[] {
  const store = openStore(homeAt(stage.home));
  try {
    return store.taskIds().map((id) => {
      const view = viewTask(store.events(id));
      return { title: view?.title ?? '', byConductor: view?.request.nonce !== undefined };
    });
  } finally {
    store.close();
  }
}

/** A home in which tasks are stored and nothing runs. */
export async function halted(stage: Stage): Promise<Stage> {
  await stage.run(['stop']);
  fs.rmSync(doorOf(stage), { force: true });
  return stage;
}
