import * as fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

const versions = fs
  .readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A stage whose home is that of an earlier version, put to where the stage is. */
function stageWith(version: string): Stage {
  const stage = new Stage();
  const base = join(stage.home, '..');
  fs.cpSync(join(import.meta.dirname, version), stage.home, { recursive: true });
  const database = new DatabaseSync(join(stage.home, 'orchestra.db'));
  database.prepare("update events set data = replace(data, '@BASE@', ?)").run(base);
  database.prepare("update tasks set repo = replace(repo, '@BASE@', ?)").run(base);
  database.close();
  const run = fs.readFileSync(join(import.meta.dirname, 'talker.sh'), 'utf8');
  stage.tool('talker', { format: 'claude-stream-json', more: 'resume: true\n' }, run);
  return stage;
}

test('the homes of all versions are here', () => {
  expect(versions).toEqual(expect.arrayContaining(['0.1.0', '0.1.0-first']));
});

test.each(versions)('a home of version %s is read, and its tasks go on', async (version) => {
  const stage = stageWith(version);
  const before = fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8');
  const { document } = await stage.json<any>(['status', '--all']);
  const statuses = Object.fromEntries(document.tasks.map((row: any) => [row.task, row.status]));
  expect(statuses).toEqual({ 'task-1': 'done', 'task-2': 'failed', 'task-3': 'review', 'task-4': 'review' });
  for (const task of Object.keys(statuses)) expect((await stage.run(['status', task])).code).toBe(0);
  const cost = await stage.json<any>(['cost', '--by', 'task']);
  expect(cost.document).toMatchObject({ badLines: 0, total: { runs: 5, usd: 2.25 } });
  expect((await stage.run(['logs', 'task-1'])).stdout).toContain('It is done.');
  expect((await stage.run(['logs', 'task-1', '--raw'])).stdout).toContain('"session_id":"session-1"');
  const reply = await stage.json<any>(['reply', 'task-2', 'Do it then']);
  expect(reply.document).toMatchObject({ task: 'task-2', status: 'done', runs: 2 });
  expect(fs.readFileSync(join(stage.repo, 'work-task-2.txt'), 'utf8')).toBe('work\n');
  const after = fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8');
  expect(after.slice(0, before.length)).toBe(before);
  expect(after.slice(before.length).trimEnd().split('\n')).toHaveLength(1);
  const next = await stage.json<any>(['delegate', '--tool', 'talker', '--task', 'A new one', '--detach']);
  expect(next.document.task).toBe('task-5');
});

test.each(versions)(
  'a home of version %s whose database is lost is brought back from its folders',
  async (version) => {
    const stage = stageWith(version);
    fs.rmSync(join(stage.home, 'orchestra.db'));
    const { document } = await stage.json<any>(['doctor', '--fix']);
    const store = document.checks.find((check: any) => check.name === 'store');
    expect(store.detail).toContain('Brought back from run folders: task-1, task-2, task-3, task-4.');
    const rows = (await stage.json<any>(['status', '--all'])).document.tasks;
    const statuses = Object.fromEntries(rows.map((row: any) => [row.task, row.status]));
    expect(statuses).toEqual({
      'task-1': 'done',
      'task-2': 'failed',
      'task-3': 'review',
      'task-4': 'review',
    });
  },
);
