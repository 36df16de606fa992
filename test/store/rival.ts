// One of several processes at the same home: says `ready`, waits until its stdin ends, then does what `argv` asks.
import * as fs from 'node:fs';
import { homeAt } from '../../src/model/home.ts';
import { takeLock } from '../../src/store/conductor-lock.ts';
import { appendLedgerLine } from '../../src/store/ledger.ts';
import { openRestored } from '../../src/store/restore.ts';
import { openStore } from '../../src/store/store.ts';
import { aCost, aTask } from './samples.ts';

const [job = '', root = '', name = ''] = process.argv.slice(2);
const home = homeAt(root);
say('ready');
for await (const _ of process.stdin);

if (job === 'open') {
  const store = openStore(home, { write: true });
  say(store.homeId);
  store.close();
} else if (job === 'create') {
  const store = openStore(home, { write: true });
  for (let i = 0; i < 25; i += 1) say(store.createTask(aTask(`${name} ${i}`)).task);
  store.close();
} else if (job === 'restore') {
  const store = openRestored(home, () => {});
  say(store.createTask(aTask(name)).task);
  store.close();
} else if (job === 'claim') {
  const store = openStore(home, { write: true });
  for (const task of store.taskIds()) {
    const won = store.appendWhen(task, (status) =>
      status === 'queued' ? [{ run: 1, body: { type: 'rejected', reason: name } }] : undefined,
    );
    if (won !== undefined) say(task);
  }
  store.close();
} else if (job === 'lock') {
  const store = openStore(home, { write: true });
  const result = takeLock(store, home);
  say('release' in result ? 'won' : `held by ${result.heldBy.pid}`);
  store.close();
  setInterval(() => undefined, 1000);
} else if (job === 'ledger') {
  for (let run = 1; run <= 100; run += 1) appendLedgerLine(home.ledger, aCost({ task: `task-${name}`, run }));
} else if (job === 'until killed') {
  const store = openStore(home, { write: true });
  for (let i = 0; ; i += 1) {
    const { task } = store.createTask(aTask('x'.repeat(i % 5000)), () => [
      { run: 1, body: { type: 'warned', message: 'prepared' } },
    ]);
    appendLedgerLine(home.ledger, aCost({ task, run: 1 }));
    say(task);
  }
}

function say(line: string): void {
  fs.writeSync(1, `${line}\n`);
}
