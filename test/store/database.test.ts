import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { OrchestraError } from '../../src/base/errors.ts';
import { homeAt } from '../../src/model/home.ts';
import { migrations } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { newHome, onSmallDisk, reading, whileReadOnly, writing } from './homes.ts';
import { ended, startRivals } from './rivals.ts';
import { aTask } from './samples.ts';

test('a new home belongs to its user alone', () => {
  const home = newHome();
  writing(home).createTask(aTask());
  expect(modeOf(home.root)).toBe(0o700);
  for (const name of fs.readdirSync(home.root))
    expect([name, modeOf(`${home.root}/${name}`)]).toEqual([name, 0o600]);
});

test('the home id is 16 hex digits and stays', () => {
  const home = newHome();
  const { homeId } = writing(home);
  expect(homeId).toMatch(/^[0-9a-f]{16}$/);
  expect(reading(home).homeId).toBe(homeId);
  expect(writing(newHome()).homeId).not.toBe(homeId);
});

test('twenty processes that open a new home at once find one and the same', async () => {
  const rivals = await startRivals('open', newHome().root, 20);
  await ended(rivals);
  expect(new Set(rivals.flatMap((rival) => rival.said)).size).toBe(1);
});

test('reading without a home finds nothing, makes nothing, and sees the home once it appears', () => {
  const home = newHome();
  const store = reading(home);
  expect(store.heads()).toEqual([]);
  expect(store.events('task-1')).toEqual([]);
  expect(store.counts()).toEqual({});
  expect(fs.existsSync(home.root)).toBe(false);
  const { task } = writing(home).createTask(aTask());
  expect(store.heads()).toEqual([{ task, status: 'queued' }]);
});

test('a database that is just being made reads as empty', () => {
  const home = newHome();
  fs.mkdirSync(home.root);
  fs.writeFileSync(home.database, '');
  expect(reading(home).taskIds()).toEqual([]);
});

test('a home that cannot be written is read, and refused for writing', (context) => {
  const home = newHome();
  const store = openStore(home, { write: true });
  const { task } = store.createTask(aTask());
  store.close();
  whileReadOnly(context, home.root, () => {
    const reader = openStore(home);
    expect(reader.heads()).toEqual([{ task, status: 'queued' }]);
    reader.close();
    expect(failureOf(() => openStore(home, { write: true }).createTask(aTask()))).toEqual(
      `config: The database ${home.database} cannot be opened for writing.`,
    );
  });
});

test('a home that cannot be written is read with what a killed process left in the log', (context) => {
  const home = newHome();
  const copy = homeAt(`${home.root}-copy`);
  const { task } = writing(home).createTask(aTask());
  fs.mkdirSync(copy.root);
  for (const end of ['', '-wal']) fs.copyFileSync(`${home.database}${end}`, `${copy.database}${end}`);
  whileReadOnly(context, copy.root, () => {
    const reader = openStore(copy);
    expect(reader.text(task)).toBe('Add a test');
    reader.close();
  });
});

test('a home that cannot be made is named', (context) => {
  const home = newHome();
  const parent = home.root.replace(/\/home$/, '');
  whileReadOnly(context, parent, () => {
    expect(failureOf(() => openStore(home, { write: true }))).toMatch(
      /^config: \/.*\/home cannot be written \(E/,
    );
  });
});

test('a file in the place of the home is named, for reading and for writing', () => {
  const home = newHome();
  fs.writeFileSync(home.root, '');
  const sentence = `config: ${home.root} cannot be used, since it or a part of its path is not a folder.`;
  expect(failureOf(() => openStore(home, { write: true }))).toBe(sentence);
  expect(failureOf(() => openStore(home))).toBe(sentence);
  const below = homeAt(`${home.root}/deeper`);
  expect(failureOf(() => openStore(below, { write: true }))).toMatch(/^config: .*is not a folder/);
});

test('a database of a newer version is refused and left alone', () => {
  const home = newHome();
  openStore(home, { write: true }).close();
  const raw = new DatabaseSync(home.database);
  raw.exec('pragma user_version = 7');
  raw.close();
  const sentence = `config: The database ${home.database} has version 7; this program knows up to ${migrations.length}.`;
  expect(failureOf(() => openStore(home, { write: true }))).toBe(sentence);
  expect(failureOf(() => openStore(home))).toBe(sentence);
});

test('the status of every task is taken over from a database of the first version', () => {
  const home = newHome();
  fs.mkdirSync(home.root, { mode: 0o700 });
  const raw = new DatabaseSync(home.database);
  raw.exec(`pragma journal_mode = wal; ${migrations[0]}; pragma user_version = 1`);
  for (const [task, ...statuses] of [
    [1, 'queued', 'running', null, 'done'],
    [2, 'queued', null],
    [3, 'queued', 'running', 'review'],
  ] as const) {
    raw.exec(`insert into tasks (id, title, repo, text, at) values (${task}, 'a', '/r', 'a', '2026-01-01')`);
    const add = raw.prepare(
      "insert into events (at, task, run, type, status, data) values ('2026-01-01', ?, 1, 'x', ?, '{}')",
    );
    for (const status of statuses) add.run(task, status);
  }
  raw.close();
  for (const store of [reading(home), writing(home), reading(home)]) {
    expect(store.heads().map(({ task, status }) => `${task} ${status}`)).toEqual([
      'task-1 done',
      'task-2 queued',
      'task-3 review',
    ]);
    expect(store.recent(5)).toEqual(['task-1']);
  }
});

test('a damaged database is named, whether its head or its middle is garbage', () => {
  const home = newHome();
  const store = openStore(home, { write: true });
  for (let i = 0; i < 50; i += 1) store.createTask(aTask('x'.repeat(3000)));
  store.close();
  const bytes = fs.readFileSync(home.database);
  const sentence = `unavailable: The database ${home.database} is damaged.`;
  const readAll = () => {
    const reader = openStore(home);
    try {
      return reader.taskIds().map((id) => [reader.text(id), reader.events(id)]);
    } finally {
      reader.close();
    }
  };
  fs.writeFileSync(home.database, Buffer.from(bytes).fill(0xff, 4096));
  expect(failureOf(readAll)).toBe(sentence);
  fs.writeFileSync(home.database, Buffer.from(bytes).fill('garbage ', 0, 4096));
  expect(failureOf(readAll)).toBe(sentence);
  expect(failureOf(() => openStore(home, { write: true }))).toBe(sentence);
});

test('a full disk is named, and what was stored before is whole', (context) => {
  onSmallDisk(context, (home) => {
    const store = openStore(home, { write: true });
    const stored: string[] = [];
    const fill = () => {
      for (;;) stored.push(store.createTask(aTask('x'.repeat(20_000)), () => [warning]).task);
    };
    expect(failureOf(fill)).toMatch(/^unavailable: The disk is full|^unavailable: .*disk I\/O error/);
    expect(stored.length).toBeGreaterThan(3);
    expect(store.taskIds()).toEqual(stored);
    for (const task of store.taskIds()) expect(store.events(task).map((event) => event.type)).toEqual(pair);
    store.close();
    const reader = openStore(home);
    expect(reader.taskIds()).toEqual(stored);
    expect(reader.lastSeq()).toBe(stored.length * 2);
    reader.close();
  });
});

const warning = { run: 1, body: { type: 'warned', message: 'y'.repeat(5000) } } as const;
const pair = ['requested', 'warned'];

function modeOf(path: string): number {
  return fs.statSync(path).mode & 0o777;
}

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { code, message, hint } = error as OrchestraError;
    expect(hint).toMatch(/\w+.*\.$/);
    return `${code}: ${message}`;
  }
  return 'nothing thrown';
}
