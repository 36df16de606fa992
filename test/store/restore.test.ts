import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownIdentity } from '../../src/base/process.ts';
import { type Home, runFiles } from '../../src/model/home.ts';
import { viewTask } from '../../src/model/task-view.ts';
import { backUp, backUpDaily, backupsOf } from '../../src/store/backup.ts';
import { openForWriting } from '../../src/store/open-database.ts';
import { openSingle } from '../../src/store/open-file.ts';
import { damageOf, openRestored, restorationsOf, restoreDatabase } from '../../src/store/restore.ts';
import { migrations } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { damages, overwrite, zeroPageOf } from './damage.ts';
import { newHome, reading, writing } from './homes.ts';
import { ended, startRivals } from './rivals.ts';
import { aTask, settled } from './samples.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A home with `count` finished tasks, each with its run folder, and nobody at it. */
function homeWith(count: number): Home {
  const home = newHome();
  const store = openStore(home, { write: true });
  for (let i = 0; i < count; i += 1) finish(home, store);
  store.close();
  return home;
}

function finish(home: Home, store: ReturnType<typeof openStore>): string {
  const { task } = store.createTask(aTask(`Task with a text ${'x'.repeat(300)}`));
  store.append(task, 0, settled('done'));
  fs.mkdirSync(runFiles(home, task, 1).dir, { recursive: true });
  fs.writeFileSync(runFiles(home, task, 1).prompt, 'the text');
  return task;
}

test.each(Object.keys(damages))(
  'a database that %s is told by readers, and restored by writers',
  (damage) => {
    const home = homeWith(30);
    const id = reading(home).homeId;
    backUpDaily(home);
    damages[damage]?.(home);
    expect(() => openStore(home).counts()).toThrow(home.database);
    expect(() => openStore(home, { write: true }).taskIds()).toThrow(home.database);
    const told: string[] = [];
    const store = openRestored(home, (line) => told.push(line));
    expect(store.counts()).toEqual({ done: 30 });
    expect(store.homeId).toBe(id);
    expect(store.createTask(aTask()).task).toBe('task-31');
    store.close();
    expect(told.join('\n')).toContain('It was restored from the backup of');
    expect(fs.readFileSync(home.conductorLog, 'utf8')).toContain(told[0]);
    expect(restorationsOf(home)).toMatchObject([{ lines: told }]);
    expect(damageOf(home)).toBeUndefined();
    expect(restoreDatabase(home)).toEqual([]);
  },
);

test('what can be read behind the last backup is kept, whichever page is overwritten', () => {
  for (const page of ['events_of_task', 'statuses_of_task', 'approvals', 'approvals_of_task']) {
    const home = homeWith(20);
    backUpDaily(home);
    const store = openStore(home, { write: true });
    for (let i = 0; i < 20; i += 1) finish(home, store);
    store.append('task-40', 0, { type: 'warned', message: 'the last word' });
    store.close();
    const before = reading(home).events('task-40');
    zeroPageOf(home, page);
    expect(damageOf(home)).toContain('is damaged');
    expect(restoreDatabase(home).join(' ')).toContain('41 later events could still be read');
    expect(reading(home).counts()).toEqual({ done: 40 });
    expect(reading(home).events('task-40')).toEqual(before);
  }
});

test('of a table with a hole both sides are kept, and each task has the status of its last event', () => {
  const home = homeWith(0);
  const store = openStore(home, { write: true });
  for (let i = 0; i < 200; i += 1) {
    const { task } = store.createTask(aTask('x'.repeat(100)));
    store.append(task, 0, settled('review'));
    store.append(task, 0, { type: 'rejected', reason: 'y'.repeat(100) });
  }
  store.close();
  const connection = openSingle(home.database, { readOnly: true });
  const leaves = connection
    .prepare("select pageno from dbstat where name = 'events' and pagetype = 'leaf' order by pageno")
    .all();
  connection.close();
  overwrite(home, (Number(leaves[Math.floor(leaves.length / 2)]?.pageno) - 1) * 4096, Buffer.alloc(4096));
  restoreDatabase(home);
  const { failed = 0, ...others } = reading(home).counts();
  expect(failed).toBeGreaterThan(150);
  expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBeLessThan(5);
  for (const { task, status } of reading(home).heads())
    expect(viewTask(reading(home).events(task))?.status).toBe(status);
});

test('without a backup and with nothing to read, each task comes back from its folder, above every id given out', () => {
  const home = homeWith(3);
  fs.mkdirSync(join(home.runs, 'task-7', '1'), { recursive: true });
  damages['is no database']?.(home);
  const store = openRestored(home, () => {});
  expect(store.taskIds()).toEqual(['task-1', 'task-2', 'task-3', 'task-7']);
  expect(store.counts()).toEqual({ failed: 4 });
  expect(store.text('task-2')).toBe('the text');
  expect(store.createTask(aTask()).task).toBe('task-8');
  store.close();
});

test('ids that only the ledger or a folder knows are not given out again', () => {
  const home = newHome();
  fs.mkdirSync(home.root, { recursive: true });
  const cost = { schema: 'orchestra.ledger/1', at: 'x', task: 'task-12', run: 1, tool: 'x', model: null };
  fs.writeFileSync(
    home.ledger,
    `${JSON.stringify({ ...cost, tokens: null, usd: null, source: 'unknown', prices: null })}\n`,
  );
  const store = writing(home);
  expect(store.createTask(aTask()).task).toBe('task-13');
  fs.mkdirSync(join(home.runs, 'task-14'), { recursive: true });
  fs.mkdirSync(join(home.runs, 'task-20'), { recursive: true });
  expect(store.createTask(aTask()).task).toBe('task-21');
});

test('one backup a day and three in all, none when nothing has happened, and none of a damaged database', () => {
  const home = homeWith(1);
  const start = Date.now();
  expect(backUpDaily(home, start)).toContain(home.backups);
  expect(backUpDaily(home, start + 2 * DAY_MS)).toBeUndefined();
  for (let day = 1; day <= 5; day += 1) {
    const store = openStore(home, { write: true });
    finish(home, store);
    store.close();
    expect(backUpDaily(home, start + DAY_MS / 2)).toBeUndefined();
    expect(backUpDaily(home, start + day * DAY_MS + 60_000)).toBeDefined();
    for (const { path } of backupsOf(home)) fs.utimesSync(path, new Date(start), new Date(start));
  }
  expect(backupsOf(home)).toHaveLength(3);
  expect(fs.readdirSync(home.backups)).toHaveLength(3);
  for (const { path } of backupsOf(home)) expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  const newest = backupsOf(home)[0]?.path as string;
  const copy = openSingle(newest, { readOnly: true });
  expect(copy.prepare('select count(*) as count from tasks').get()).toEqual({ count: 6 });
  copy.close();
  const store = openStore(home, { write: true });
  finish(home, store);
  store.close();
  zeroPageOf(home, 'events_of_task');
  expect(() => backUpDaily(home, start + 9 * DAY_MS)).toThrow('is damaged');
  expect(backupsOf(home)[0]?.path).toBe(newest);
  restoreDatabase(home);
  // A wrong count of free pages is no obstacle to a copy.
  overwrite(home, 36, Buffer.from([0, 0, 0, 9]));
  expect(() => backUpDaily(home, start + 9 * DAY_MS)).toThrow('is damaged: ');
  expect(backupsOf(home)[0]?.path).toBe(newest);
});

test('a clock that was set back neither stops backups nor makes an older one the newest', () => {
  const home = homeWith(1);
  const start = Date.now();
  backUpDaily(home, start);
  const store = openStore(home, { write: true });
  finish(home, store);
  store.close();
  const made = backUpDaily(home, start - 40 * DAY_MS);
  expect(made).toBeDefined();
  expect(backupsOf(home)[0]?.path).toBe(made);
});

test('a backup that is damaged itself is passed over for the one before', () => {
  const home = homeWith(2);
  backUpDaily(home);
  const [good] = backupsOf(home);
  fs.writeFileSync(join(home.backups, 'orchestra-000000009999-20260101T000000Z.db'), 'x'.repeat(9000));
  damages['is no database']?.(home);
  const lines = restoreDatabase(home).join(' ');
  expect(lines).toContain('is damaged too and was passed over');
  expect(lines).toContain(new Date(good?.madeAt ?? 0).toISOString());
  expect(reading(home).counts()).toEqual({ done: 2 });
});

test('a database of an older version is backed up before it is migrated', () => {
  const home = homeWith(2);
  const steps = [...migrations, 'create table later (id integer primary key) strict'];
  openForWriting(home, steps).close();
  const [backup] = backupsOf(home);
  const copy = openSingle(backup?.path as string, { readOnly: true });
  expect(copy.prepare('pragma user_version').get()).toEqual({ user_version: migrations.length });
  expect(copy.prepare('select count(*) as count from tasks').get()).toEqual({ count: 2 });
  copy.close();
  const now = openForWriting(home, steps);
  expect(now.get('select count(*) as count from later')).toEqual({ count: 0 });
  now.close();
  expect(backupsOf(home)).toHaveLength(1);
});

test('others write while a backup is made', () => {
  const home = homeWith(2);
  const store = writing(home);
  const connection = openSingle(home.database, { readOnly: true });
  store.exclusively(() => {
    finish(home, store);
    backUp(connection, home);
  });
  connection.close();
  expect(store.counts()).toEqual({ done: 3 });
});

test('killed at any step, a restoration is finished by the next one and loses nothing', () => {
  let died = 0;
  for (let step = 1; ; step += 1) {
    const home = homeWith(3);
    backUpDaily(home);
    const store = openStore(home, { write: true });
    finish(home, store);
    store.append('task-4', 0, { type: 'warned', message: 'only in the damaged file' });
    store.close();
    zeroPageOf(home, 'approvals_of_task');
    const die = spawnSync(
      process.execPath,
      [
        ...['--import', join(import.meta.dirname, 'die-restoring.ts')],
        ...[
          '--eval',
          `import(${JSON.stringify(join(import.meta.dirname, '../../src/store/restore.ts'))}).then(async (r) => {
        const { homeAt } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/model/home.ts'))});
        r.restoreDatabase(homeAt(${JSON.stringify(home.root)}));
      })`,
        ],
      ],
      { env: { ...process.env, DIE_AT: String(step) }, encoding: 'utf8' },
    );
    const after = openRestored(home, () => {});
    after.close();
    restoreDatabase(home);
    expect(damageOf(home)).toBeUndefined();
    expect(reading(home).counts()).toEqual({ done: 4 });
    expect(JSON.stringify(reading(home).events('task-4'))).toContain('only in the damaged file');
    if (die.signal === null) {
      expect(die.stderr).toBe('');
      break;
    }
    died += 1;
  }
  expect(died).toBeGreaterThan(4);
}, 180_000);

test('nobody restores while a conductor has the database open, or another process restores it', () => {
  const home = homeWith(1);
  damages['is no database']?.(home);
  const other = { ...ownIdentity() };
  fs.writeFileSync(join(home.root, 'restoring'), JSON.stringify(other));
  expect(() => restoreDatabase(home, 0)).toThrow(`Process ${process.pid} restores the database`);
  fs.writeFileSync(
    join(home.root, 'restoring'),
    JSON.stringify({ ...other, startTime: 'of a process before' }),
  );
  expect(restoreDatabase(home)).not.toEqual([]);
  expect(fs.existsSync(join(home.root, 'restoring'))).toBe(false);
});

test('of eight processes that find it damaged one restores, and all go on', async () => {
  const home = homeWith(20);
  backUpDaily(home);
  damages['is no database']?.(home);
  const rivals = await startRivals('restore', home.root, 8);
  await ended(rivals);
  const ids = rivals.flatMap((rival) => rival.said);
  expect(new Set(ids).size).toBe(8);
  expect(ids.map((id) => Number(id.slice(5))).sort((a, b) => a - b)).toEqual([
    21, 22, 23, 24, 25, 26, 27, 28,
  ]);
  expect(restorationsOf(home)).toHaveLength(1);
  expect(reading(home).counts()).toEqual({ done: 20, queued: 8 });
});

test('a text that was overwritten inside a page is told as damage', () => {
  const home = homeWith(0);
  const store = openStore(home, { write: true });
  const { task } = store.createTask(aTask());
  store.append(task, 0, { type: 'warned', message: 'a word that will be found'.repeat(2) });
  store.close();
  const text = fs.readFileSync(home.database, 'latin1');
  overwrite(home, text.indexOf('{"message":"a word'), Buffer.from('#'));
  expect(() => reading(home).events(task)).toThrow('is damaged: event 2 cannot be read');
});
