import * as fs from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventDocument } from '../../src/model/documents.ts';
import type { OrchestraEvent } from '../../src/model/event.ts';
import { viewTask } from '../../src/model/task-view.ts';
import { isFinished, type TaskStatus } from '../../src/model/words.ts';
import { eventDocument } from '../../src/store/events.ts';
import { readLedger } from '../../src/store/ledger.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { newHome, reading, writing } from './homes.ts';
import { ended, killAll, startRivals } from './rivals.ts';
import { aTask, bodies, settled } from './samples.ts';

test('a created task has its text, its events and the status queued', () => {
  const store = writing(newHome());
  const text = 'Fix "it"; $(touch x)\n🙂 \\ `y`';
  const { task, events } = store.createTask(aTask(text), (id) => [
    { run: 1, body: { type: 'warned', message: id } },
  ]);
  expect(task).toBe('task-1');
  expect(store.text(task)).toBe(text);
  expect(store.events(task)).toEqual(events);
  expect(events.map(({ type, seq, run }) => [type, seq, run])).toEqual([
    ['requested', 1, 0],
    ['warned', 2, 1],
  ]);
  expect(store.heads()).toEqual([{ task, status: 'queued' }]);
  expect([store.exists(task), store.exists('task-2')]).toEqual([true, false]);
});

test('a task whose preparation fails is not stored, and its id is given out again', () => {
  const store = writing(newHome());
  store.heads();
  const fails = () =>
    store.createTask(aTask(), () => {
      store.heads();
      throw new Error('no room');
    });
  expect(fails).toThrow('no room');
  expect([store.taskIds(), store.heads(), store.lastSeq()]).toEqual([[], [], 0]);
  expect(store.createTask(aTask()).task).toBe('task-1');
  expect(store.heads()).toHaveLength(1);
});

test('an append to an unknown task is refused', () => {
  const store = writing(newHome());
  expect(() => store.append('task-9', 0, settled('done'))).toThrow('There is no task-9.');
  expect(() => store.appendWhen('task-9', () => [])).toThrow('There is no task-9.');
  expect(() => store.text('task-9')).toThrow('There is no task-9.');
});

test('each stored change rings the signal, and nothing else does', () => {
  const home = newHome();
  const store = writing(home);
  const rang = () => {
    const was = fs.existsSync(home.signal);
    fs.rmSync(home.signal, { force: true });
    return was;
  };
  const { task } = store.createTask(aTask());
  expect(rang()).toBe(true);
  store.append(task, 1, settled('done'));
  expect(rang()).toBe(true);
  store.appendWhen(task, () => undefined);
  store.exclusively(() => store.heads());
  expect(rang()).toBe(false);
});

test('what is stored together inside exclusively is stored whole or not at all', () => {
  const store = writing(newHome());
  const { task } = store.createTask(aTask());
  const half = () =>
    store.exclusively(() => {
      store.append(task, 1, settled('done'));
      throw new Error('stop');
    });
  expect(half).toThrow('stop');
  expect(store.heads()).toEqual([{ task, status: 'queued' }]);
  expect(store.events(task)).toHaveLength(1);
  expect(() => store.exclusively(async () => store.append(task, 1, settled('done')))).toThrow('promise');
  expect(store.events(task)).toHaveLength(1);
});

test('a store opened for reading refuses to write', () => {
  const home = newHome();
  const { task } = writing(home).createTask(aTask());
  expect(() => reading(home).append(task, 0, settled('done'))).toThrow('opened for reading only');
});

test('an approval is kept with who gave it', () => {
  const store = writing(newHome());
  const { task } = store.createTask(aTask());
  store.appendWhen(task, () => [
    { run: 1, by: 'the user', body: { type: 'approved', commit: 'abc', onto: 'main', landed: 'def' } },
  ]);
  expect(store.approvals(task)).toEqual([
    { task, commit: 'abc', onto: 'main', landed: 'def', by: 'the user', at: store.events(task).at(-1)?.at },
  ]);
});

test('the public form of an event holds to its schema', () => {
  const { events } = writing(newHome()).createTask(aTask());
  for (const event of events) {
    const document = eventDocument(event);
    expect(EventDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ schema: 'orchestra.event/1', type: 'requested', title: 'Add a test' });
  }
});

test('events after a number come in order and in portions', () => {
  const store = writing(newHome());
  const { task } = store.createTask(aTask());
  for (const body of bodies) store.append(task, 1, body);
  const seen: OrchestraEvent[] = [];
  for (let part = store.eventsAfter(0, 5); part.length > 0; part = store.eventsAfter(seen.length, 5))
    seen.push(...part);
  expect(seen).toEqual(store.events(task));
  expect(store.lastSeq()).toBe(seen.length);
});

test('in whatever order events come, the lists agree with the fold over the events', () => {
  const seldom = fc.nat(7).map((n) => n === 0);
  const step = fc.record({
    task: fc.nat(4),
    body: fc.constantFrom(...bodies),
    look: seldom,
    undo: seldom,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const store = writing(newHome());

      const ids = Array.from({ length: 5 }, () => store.createTask(aTask()).task);
      for (const { task, body, look, undo } of steps) {
        const id = ids[task] as string;
        if (undo) expect(() => store.exclusively(() => undoAfter(store, id))).toThrow('undo');
        else store.append(id, 1, body);
        if (look) agrees(store, ids);
      }
      agrees(store, ids);
      store.close();
    }),
    { numRuns: 15 },
  );
});

function undoAfter(store: Store, id: string): void {
  store.append(id, 1, settled('cancelled'));
  store.heads();
  throw new Error('undo');
}

function agrees(store: Store, ids: string[]): void {
  const heads = ids.map((task) => ({ task, status: viewTask(store.events(task))?.status as TaskStatus }));
  expect(store.heads()).toEqual(heads);
  const open = heads.filter(({ status }) => !isFinished(status) && status !== 'review');
  expect(store.unsettled()).toEqual(open.map(({ task }) => task));
  expect(store.inStatus('review', 'parked')).toEqual(
    heads.filter(({ status }) => status === 'review' || status === 'parked').map(({ task }) => task),
  );
  const counts: Record<string, number> = {};
  for (const { status } of heads) counts[status] = (counts[status] ?? 0) + 1;
  expect(store.counts()).toEqual(counts);
  const finished = new Set(heads.filter(({ status }) => isFinished(status)).map(({ task }) => task));
  const settling = store.eventsAfter(0, 1000).filter((event) => finished.has(event.task) && settles(event));
  const latest = [...new Set(settling.reverse().map((event) => event.task))];
  expect(store.recent(3)).toEqual(latest.slice(0, 3));
}

function settles(event: OrchestraEvent): boolean {
  return event.type === 'settled' || event.type === 'approved' || event.type === 'rejected';
}

test('eight processes that create tasks at once lose none and share no id', async () => {
  const home = newHome();
  const rivals = await startRivals('create', home.root, 8);
  await ended(rivals);
  const ids = rivals.flatMap((rival) => rival.said);
  expect(new Set(ids).size).toBe(200);
  expect(reading(home).taskIds().toSorted()).toEqual(ids.toSorted());
});

test('of eight processes that claim a thousand tasks exactly one wins each', async () => {
  const home = newHome();
  const store = writing(home);
  store.exclusively(() => {
    for (let i = 0; i < 1000; i += 1) store.createTask(aTask());
  });
  const rivals = await startRivals('claim', home.root, 8);
  await ended(rivals);
  const won = rivals.flatMap((rival) => rival.said);
  expect(won.length).toBe(1000);
  expect(new Set(won).size).toBe(1000);
  expect(store.counts()).toEqual({ failed: 1000 });
  expect(store.lastSeq()).toBe(2000);
}, 90_000);

test('kill -9 at any moment loses nothing that was stored and leaves nothing half', async () => {
  const home = newHome();
  const told: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const [rival] = await startRivals('until killed', home.root, 1);
    await rival?.heard(1 + ((round * 7) % 23));
    await killAll(rival ? [rival] : []);
    told.push(...(rival?.said ?? []));
    const store = openStore(home, { write: true });
    const ids = store.taskIds();
    expect(told.filter((task) => !ids.includes(task))).toEqual([]);
    expect(ids.length - told.length).toBeLessThanOrEqual(round + 1);
    for (const task of ids)
      expect(store.events(task).map((event) => event.type)).toEqual(['requested', 'warned']);
    store.close();
  }
  const { lines, bad } = readLedger(home.ledger);
  expect(bad).toBeLessThanOrEqual(20);
  const paid = new Set(lines.map((line) => line.task));
  expect(told.filter((task) => !paid.has(task))).toEqual([]);
}, 90_000);
