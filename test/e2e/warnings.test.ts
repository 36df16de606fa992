import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

type Any = Record<string, any>;
const agent = '#!/usr/bin/env bash\nif [[ $1 == --version ]]; then echo 3.1.0; exit; fi\necho Looked.\n';

test('a tool of a version outside its range is warned of, and its task goes on', async () => {
  const stage = new Stage();
  stage.tool('newer', { format: 'plain', more: "title: Newer\nversion: { range: '>=1 <3' }\n" }, agent);
  const given = ['delegate', '--tool', 'newer', '--task', 'Look'];
  const words = 'Newer 3.1.0 is outside >=1 <3, the versions that are known to work.';
  for (const task of ['task-1', 'task-2']) {
    const ended = await stage.json<Any>(given);
    expect(ended.stderr).toContain(words);
    expect(ended.document).toMatchObject({ task, answer: 'Looked.' });
    const status = await stage.json<Any>(['status', task]);
    expect(status.document.warnings).toEqual([words]);
  }
  for (const again of [
    ['retry', 'task-1'],
    ['retry', 'task-2', '--tool', 'newer'],
  ]) {
    const ended = await stage.json<Any>(again);
    expect(ended.stderr).toContain(words);
    expect(ended.document).toMatchObject({ answer: 'Looked.', runs: 2 });
  }
  const { document } = await stage.json<Any>(['tools', 'newer']);
  expect(document.tools).toHaveLength(1);
  expect(document.tools[0].lacks[0]).toBe('version 3.1.0 is outside >=1 <3');
});

test('a tool that does not enforce read-only has it said before it runs and at the head of its summary', async () => {
  const stage = new Stage();
  stage.tool('loose', { format: 'plain', more: 'title: Loose\n' }, agent);
  const strict = "title: Strict\naccess: { read-only: { enforced: true, note: 'by a flag' } }\n";
  stage.tool('strict', { format: 'plain', more: strict }, agent);
  const words = 'Loose does not enforce read-only; only its result is checked.';
  const ask = (tool: string, access: string) =>
    stage.json<Any>(['delegate', '--tool', tool, '--access', access, '--task', 'Look']);

  const loose = await ask('loose', 'read-only');
  expect(loose.stderr).toContain(`note: ${words}`);
  expect(loose.document.headline).toBe(`${words} Looked.`);
  expect((await ask('loose', 'edit')).document.headline).toBe('Looked.');
  expect((await ask('strict', 'read-only')).document.headline).toBe('Looked.');
});
