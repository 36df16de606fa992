import * as fs from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { keptEnvironment, runFiles } from '../../src/model/home.ts';
import { proposeTask, storeTasks } from '../../src/pipeline/request-task.ts';
import { Inside } from './home.ts';

test('tasks are stored together with their run folders, or not at all', async () => {
  const inside = new Inside();
  const { world, stage } = inside;
  const asker = { cwd: stage.repo, env: world.env };
  const proposal = await proposeTask(world.home, { tool: 'fake', task: 'do: echo one' }, asker);
  const before = await inside.add(['echo before']);
  const failing = () =>
    storeTasks(world, (store) => {
      const { task } = store(proposal);
      // Its draft is there, and nothing yet in its place.
      expect(fs.existsSync(runFiles(world.home, task, 1).dir)).toBe(true);
      expect(fs.existsSync(runFiles(world.home, task, 1).prompt)).toBe(false);
      store(proposal);
      throw new Error('the third cannot be stored');
    });
  expect(failing).toThrow('the third');
  expect(world.store.taskIds()).toEqual([before]);
  expect(fs.readdirSync(world.home.runs)).toEqual([before]);

  const stored = storeTasks(world, (store) => [store(proposal), store(proposal)]);
  expect(world.store.taskIds()).toEqual([before, ...stored.map(({ task }) => task)]);
  for (const { task, plan } of stored) {
    const files = runFiles(world.home, task, 1);
    expect(fs.readFileSync(files.prompt, 'utf8')).toContain('do: echo one');
    expect(fs.readFileSync(files.env, 'utf8')).toContain(`ORCHESTRA_TASK='${task}'`);
    expect(fs.existsSync(keptEnvironment(world.home, task))).toBe(true);
    expect(fs.readdirSync(files.dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(basename(plan.workplace.dir)).toBe(task);
  }
});
