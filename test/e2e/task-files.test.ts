import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

function taskFile(stage: Stage, name: string, text: string): string {
  const path = join(stage.repo, '..', name);
  fs.writeFileSync(path, text);
  return path;
}

test('a task file reaches the prompt after the text, byte for byte, and its checks and scope the verdict', async () => {
  const stage = new Stage();
  const text = 'Write it  \n\tdo: echo x > docs/a.md\n';
  const file = taskFile(
    stage,
    'one.json',
    JSON.stringify({
      task: `${text}do: mkdir -p docs\ndo: echo x > docs/a.md\ndo: echo x > src.txt`,
      tool: 'fake',
      category: 'backend',
      criteria: ['docs/a.md is there'],
      scope: ['docs/'],
      checks: [{ kind: 'files', exist: ['docs/a.md'] }],
      attempts: 1,
    }),
  );
  const { document, stderr } = await stage.json(['delegate', '--file', file]);
  expect(document, stderr).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('check_failed'),
  });
  const status = (await stage.json(['status', 'task-1'])).document as unknown as {
    checks: { command: string; passed: boolean; output: string }[];
  };
  expect(status.checks).toMatchObject([
    { command: 'files: exist docs/a.md', passed: true },
    { command: 'scope', passed: false, output: 'src.txt is outside of docs/' },
  ]);
  const prompt = fs.readFileSync(join(stage.home, 'runs/task-1/1/prompt.md'), 'utf8');
  expect(prompt.startsWith(text)).toBe(true);
  expect(prompt).toContain('- docs/a.md is there');
  expect(prompt).toContain('- docs/\n');
});

test('several task files may name each other, in any order', async () => {
  const stage = new Stage();
  const second = taskFile(
    stage,
    'second.yaml',
    'task: "do: true"\ntool: fake\naccess: read-only\nafter: [first]\n',
  );
  const first = taskFile(
    stage,
    'first.yaml',
    'name: first\ntask: "do: true"\ntool: fake\naccess: read-only\n',
  );
  const { stdout, code, stderr } = await stage.run(['delegate', '--json', '--file', second, '--file', first]);
  expect(code, stderr).toBe(0);
  const tasks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { task: string; status: string });
  expect(tasks).toMatchObject([
    { task: 'task-2', status: 'done' },
    { task: 'task-1', status: 'done' },
  ]);
});

test('a wrong key of a task file is named with its place, and nothing is stored', async () => {
  const stage = new Stage();
  const file = taskFile(stage, 'bad.yaml', 'task: x\nchecks:\n  - kind: files\n    exists: [a]\n');
  const { code, stderr } = await stage.run(['delegate', '--file', file]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${file}:4:5: unknown key "exists" in checks[0], did you mean "exist"?`);
  const missing = taskFile(stage, 'context.yaml', 'task: x\ntool: fake\ncontext: { files: [none.md] }\n');
  const refused = await stage.run(['delegate', '--file', missing]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('none.md is not in the last commit');
  expect(fs.existsSync(join(stage.home, 'orchestra.db'))).toBe(false);
});
