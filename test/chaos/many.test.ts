import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeAt, runFiles } from '../../src/model/home.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import { openStore } from '../../src/store/store.ts';
import { Stage } from '../support/stage.ts';

const ROUNDS = 10;
const A_ROUND = 100;

// Wrappers that meet each other: one of many thousands may fail in a way that a single one never does.
test('of a thousand small tasks, eight at a time, each runs once and leaves its record and all its output', async () => {
  const stage = new Stage();
  stage.tool('small', { format: 'plain' }, 'echo "this is $ORCHESTRA_TASK"\n(sleep 0.01 &)\n');
  stage.env.ORCHESTRA_PARALLEL = '8';
  const home = homeAt(stage.home);
  const wrong: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const line = JSON.stringify({ task: `Round ${round}`, tool: 'small', repo: stage.config });
    const given = await stage.run(['delegate', '--batch', '-', '--detach', '--json'], {
      input: `${line}\n`.repeat(A_ROUND),
    });
    expect(given.code, given.stderr).toBe(0);
    const tasks = given.stdout
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { task: string }).task);
    expect(new Set(tasks).size).toBe(A_ROUND);
    await stage.run(['wait', ...tasks]);
    const store = openStore(home);
    for (const task of tasks) {
      const { status, runs } = viewTask(store.events(task)) as TaskView;
      const output = fs.readFileSync(runFiles(home, task, 1).output, 'utf8');
      const told = { status, runs: runs.length, cause: runs[0]?.ending?.cause, code: runs[0]?.ending?.code };
      const right = { status: 'done', runs: 1, cause: 'exited', code: 0 };
      if (JSON.stringify(told) !== JSON.stringify(right) || output !== `this is ${task}\n`)
        wrong.push(`${task}: ${JSON.stringify(told)} ${output}`);
    }
    store.close();
  }
  expect(wrong).toEqual([]);
  expect(fs.readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8').trim().split('\n')).toHaveLength(
    ROUNDS * A_ROUND,
  );
}, 600_000);
