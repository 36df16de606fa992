import type { Home } from '../model/home.ts';
import type { LedgerLine } from '../model/ledger.ts';
import { viewTask } from '../model/task-view.ts';
import type { NewEvent } from './events.ts';
import { readLedger } from './ledger.ts';
import { eventsFrom, taskFrom } from './retell.ts';
import { runRecords, tasksWithFolders } from './run-record.ts';
import type { Store } from './store.ts';

/** The tasks that run folders have brought back, and those that they have brought forward. */
export interface Retold {
  created: string[];
  advanced: string[];
}

const word: NewEvent = {
  run: 0,
  body: { type: 'warned', message: 'restored from its run folder: the database had lost a part of it' },
};

/**
 * Stores what run folders tell beyond the events: of the tasks the store does not know, and with `all` of every one
 * (for a database that has just been restored, while nobody else works on it). Doing it twice changes nothing.
 */
export function retellFolders(store: Store, home: Home, all: boolean): Retold {
  const retold: Retold = { created: [], advanced: [] };
  const tasks = tasksWithFolders(home).filter((task) => all || !store.exists(task));
  if (tasks.length === 0) return retold;
  const costs = new Map<string, LedgerLine>();
  for (const line of readLedger(home.ledger).lines) costs.set(`${line.task} ${line.run}`, line);
  store.exclusively(() => {
    for (const task of tasks) {
      const records = runRecords(home, task);
      const costOf = (run: number) => costs.get(`${task} ${run}`);
      const known = viewTask(store.events(task));
      if (records.length === 0) continue;
      const events = eventsFrom(known, records, costOf);
      if (known === undefined) {
        store.createTask({ ...taskFrom(task, records, costOf), id: task }, () => [...events, word]);
        retold.created.push(task);
      } else if (events.length > 0) {
        store.appendWhen(task, () => [...events, word]);
        retold.advanced.push(task);
      }
    }
  });
  return retold;
}
