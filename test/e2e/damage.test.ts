import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeAt } from '../../src/model/home.ts';
import { backUpDaily } from '../../src/store/backup.ts';
import { damages, zeroPageOf } from '../store/damage.ts';
import { eventually, Stage } from '../support/stage.ts';

/** The check of `orchestra doctor` with this name. */
async function doctor(stage: Stage, name: string, ...flags: string[]) {
  const { document } = await stage.json<any>(['doctor', ...flags]);
  return document.checks.find((check: { name: string }) => check.name === name);
}

/** The tasks as `orchestra status` lists them, in the order of their ids. */
async function rows(stage: Stage): Promise<{ task: string; status: string }[]> {
  const { document } = await stage.json<any>(['status', '--all']);
  return document.tasks.sort((a: { task: string }, b: { task: string }) => (a.task < b.task ? -1 : 1));
}

const hint = 'hint: orchestra doctor --fix';

test('after the database is lost every task is there again as it ended, at the next command that writes', async () => {
  const stage = new Stage();
  const home = homeAt(stage.home);
  await stage.fake(['echo x > x.txt'], ['--check', 'test -e x.txt']);
  await stage.fake(['exit 3']);
  await stage.run(['conductor', 'stop']);
  await eventually(() => !fs.existsSync(home.conductorLock));
  backUpDaily(home);
  await stage.fake(['echo y > y.txt']);
  await stage.run(['approve', 'task-1']);
  const before = await rows(stage);
  const ledger = fs.readFileSync(home.ledger, 'utf8');
  await stage.run(['conductor', 'stop']);
  await eventually(() => !fs.existsSync(home.conductorLock));
  damages['is no database']?.(home);

  const read = await stage.run(['status']);
  expect(read).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is damaged') });
  expect(read.stderr).toContain(hint);
  expect((await stage.run(['status', 'task-1'])).stderr).toContain(hint);

  const next = await stage.fake(['echo z > z.txt'], [], 'Another');
  expect(next.document).toMatchObject({ task: 'task-4', status: 'review' });
  expect(next.stderr).toContain('It was restored from the backup of');
  expect((await rows(stage)).slice(0, 3)).toEqual(before);
  expect(before.map((row) => row.status)).toEqual(['done', 'failed', 'review']);
  expect(fs.readFileSync(home.ledger, 'utf8').startsWith(ledger)).toBe(true);
  expect(fs.readFileSync(home.conductorLog, 'utf8')).toContain('It was restored from the backup of');
  expect(fs.readdirSync(home.root).filter((name) => /^orchestra\.db\.damaged-\w+$/.test(name))).toHaveLength(
    1,
  );
  expect((await stage.run(['approve', 'task-3'])).code).toBe(0);
  expect(stage.git('show', 'main:y.txt')).toBe('y');
  expect(await doctor(stage, 'restored')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('.txt'),
  });
});

test('an agent that runs while the database is lost goes on, is settled once, and does not run again', async () => {
  const stage = new Stage();
  const home = homeAt(stage.home);
  const gate = join(stage.config, 'gate');
  const ran = join(stage.config, 'ran');
  await stage.fake(
    [`echo run >> '${ran}'`, `until test -e '${gate}'; do sleep 0.05; done`, 'echo x > x.txt'],
    ['--detach'],
  );
  await eventually(() => fs.existsSync(ran));
  await stage.run(['conductor', 'stop']);
  await eventually(() => !fs.existsSync(home.conductorLock));
  damages['is deleted']?.(home);
  const fixed = await doctor(stage, 'store', '--fix');
  expect(fixed).toMatchObject({ fixed: true, detail: expect.stringContaining('from run folders: task-1.') });
  fs.writeFileSync(gate, '');
  const { document } = await stage.json<any>(['wait', 'task-1']);
  expect(document).toMatchObject({ status: 'review', files: [{ path: 'x.txt' }] });
  expect(fs.readFileSync(ran, 'utf8')).toBe('run\n');
  expect(fs.readFileSync(home.ledger, 'utf8').trimEnd().split('\n')).toHaveLength(1);
});

test('a page that is overwritten in the middle is mended by doctor --fix, once, without losing what can be read', async () => {
  const stage = new Stage();
  const home = homeAt(stage.home);
  await stage.fake(['echo x > x.txt']);
  await stage.run(['conductor', 'stop']);
  await eventually(() => !fs.existsSync(home.conductorLock));
  zeroPageOf(home, 'heads_by_status');
  expect((await stage.run(['status'])).stderr).toContain(hint);
  expect(await doctor(stage, 'store')).toMatchObject({ state: 'problem', remedy: expect.any(String) });
  expect(await doctor(stage, 'store', '--fix')).toMatchObject({
    fixed: true,
    detail: expect.stringMatching(/\d+ later events could still be read/),
  });
  expect(await doctor(stage, 'store', '--fix')).not.toHaveProperty('fixed');
  expect(await rows(stage)).toMatchObject([{ task: 'task-1', status: 'review' }]);
});
