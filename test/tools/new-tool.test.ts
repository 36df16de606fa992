import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formats } from '../../src/model/words.ts';
import { conform } from '../../src/operations/conform/conform.ts';
import { operation } from '../../src/operations/new-tool.ts';
import { callerIn, temporary } from '../operations/caller.ts';

const root = join(import.meta.dirname, '../..');

test('a new tool lies in the folder of the user and keeps what every tool must keep', async () => {
  const config = temporary();
  const caller = callerIn(temporary(), { XDG_CONFIG_HOME: config });
  const { documents } = await operation.run(caller, { tool: 'my-agent-2', format: 'codex-jsonl' });
  const dir = join(config, 'orchestra/tools/my-agent-2');
  expect(documents).toEqual([
    {
      schema: 'orchestra.new-tool/1',
      tool: 'my-agent-2',
      dir,
      files: ['README.md', 'profile.yaml', 'run.sh'],
    },
  ]);
  expect(readdirSync(join(dir, '..'))).toEqual(['my-agent-2']);
  const checks = await conform(dir, process.env.PATH ?? '');
  expect(checks.filter(({ passed }) => passed === false)).toEqual([]);
  expect(checks.filter(({ passed }) => passed === null).map(({ name }) => name)).toEqual([
    'version',
    'session',
    'recordings',
  ]);
});

test.each(formats)('a new tool may speak %s', async (format) => {
  const into = temporary();
  await operation.run(callerIn(into), { tool: 'a1', format, into: '.' });
  expect(readFileSync(join(into, 'a1/profile.yaml'), 'utf8')).toContain(`format: '${format}'`);
});

test.each(['', '-x', '_x', 'My', 'a b', '../x', 'a.b', '1/2'])(
  '"%s" is refused as a name, and nothing is made',
  async (tool) => {
    const into = temporary();
    const made = operation.run(callerIn(into), { tool, format: 'plain', into });
    await expect(made).rejects.toThrow(`"${tool}" cannot be the name of a tool.`);
    expect(readdirSync(into)).toEqual([]);
  },
);

test('a name that a tool has is refused, also that of a shipped one', async () => {
  const into = temporary();
  const caller = callerIn(into);
  await operation.run(caller, { tool: 'taken', format: 'plain', into });
  const again = operation.run(caller, { tool: 'taken', format: 'plain', into });
  await expect(again).rejects.toThrow(`There is a tool "taken" already, in ${into}/taken.`);
  const [shipped = ''] = readdirSync(join(root, 'tools')).filter((name) => !name.startsWith('_'));
  const second = operation.run(caller, { tool: shipped, format: 'plain', into });
  await expect(second).rejects.toThrow(`There is a tool "${shipped}" already`);
});
