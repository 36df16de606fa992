import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Summary } from '../../src/model/summary.ts';
import { agent as claude } from './claude-code/agent.ts';
import { agent as codex } from './codex/agent.ts';
import { openScene, type Scene, sumOf, work } from './scene.ts';

test('claude-code gives a task to codex by its shell and gets the summary, with one place for both', async () => {
  const command = `orchestra delegate --tool codex --tier standard --task "Write inner files" --json`;
  const scene = await openScene(
    [claude, codex],
    [
      {
        match: /^Ask the helper/,
        turns: [
          { tool: 'shell', command, timeout: 300_000 },
          { tool: 'write', path: 'outer.txt', content: 'outer\n' },
          { text: 'The helper did it.' },
        ],
      },
      { match: /^Write inner/, turns: work },
    ],
  );
  const { stage } = scene;
  mkdirSync(join(stage.config, 'orchestra'), { recursive: true });
  writeFileSync(join(stage.config, 'orchestra', 'config.yaml'), 'parallel: 1\nenv: [OPENAI_API_KEY]\n');
  const { code, document } = await scene.delegate('Ask the helper to write.');
  expect({ code, document }).toMatchObject({
    code: 3,
    document: {
      task: 'task-1',
      status: 'review',
      answer: 'The helper did it.',
      files: [{ path: 'outer.txt' }],
    },
  });
  const outer = scene.server.requests.filter(({ model }) => model === claude.model);
  const [result = ''] = scene.results(outer[1]?.body);
  expect(Buffer.byteLength(result)).toBeLessThan(4096);
  const innerServed = Object.entries(scene.server.served()).flatMap(([model, sums]) =>
    model === codex.model ? [sums] : [],
  );
  const inner = Summary.parse(JSON.parse(result.trim().split('\n').at(-1) ?? ''));
  expect(inner).toMatchObject({
    task: 'task-2',
    status: 'review',
    tool: 'codex',
    answer: 'I wrote hello.txt and a copy of it.',
    cost: { tokens: sumOf(innerServed) },
  });
  expect(parentOf(scene, 'task-2')).toBe('task-1');
  expect(scene.ledger().map(({ task, tool }) => `${task} ${tool}`)).toEqual([
    'task-2 codex',
    'task-1 claude-code',
  ]);
});

function parentOf(scene: Scene, task: string): unknown {
  const database = new DatabaseSync(join(scene.stage.home, 'orchestra.db'), { readOnly: true });
  try {
    const row = database
      .prepare("select data from events where task = ? and type = 'requested'")
      .get(Number(task.replace('task-', '')));
    return JSON.parse(String(row?.data)).request.parent;
  } finally {
    database.close();
  }
}
