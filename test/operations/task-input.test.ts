import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxTaskBytes } from '../../src/model/request.ts';
import { operation as delegate } from '../../src/operations/delegate.ts';
import { decodeText, parseBatch, parseRequest, readGiven } from '../../src/operations/task-input.ts';
import { repository } from '../git/repository.ts';
import { callerIn, temporary } from './caller.ts';

const usage = (message: unknown) =>
  expect.objectContaining({ code: 'usage', message, hint: expect.any(String) });

test('bytes are read from a file beside the caller, from an absolute path, or from standard input', async () => {
  const folder = temporary();
  const caller = { ...callerIn(folder), readStdin: () => Promise.resolve(Buffer.from('piped')) };
  fs.writeFileSync(join(folder, 'task.md'), 'here');
  expect(String(await readGiven(caller, 'task.md'))).toBe('here');
  expect(String(await readGiven(caller, join(folder, 'task.md')))).toBe('here');
  expect(String(await readGiven(caller, '-'))).toBe('piped');
  await expect(readGiven(caller, 'none.md')).rejects.toEqual(
    usage(`The file ${folder}/none.md does not exist.`),
  );
  await expect(readGiven(caller, '.')).rejects.toEqual(usage(`The file ${folder} cannot be read (EISDIR).`));
});

test('text is UTF-8, byte for byte, and at most 1 MB', () => {
  expect(decodeText(Buffer.from('\ufeffünï\r\n'), 'it')).toBe('\ufeffünï\r\n');
  expect(() => decodeText(Uint8Array.of(0x61, 0xff), 'it')).toThrow(usage('it is not valid UTF-8.'));
  expect(decodeText(new Uint8Array(maxTaskBytes).fill(97), 'it')).toHaveLength(maxTaskBytes);
  expect(() => decodeText(new Uint8Array(maxTaskBytes + 1), 'it')).toThrow(usage('it is over 1 MB.'));
});

test('a batch is one object a line; a wrong line is named', () => {
  expect(parseBatch('{"task":"a"}\r\n\n  \n{"task":"b"}', 'f')).toEqual([
    { line: 1, value: { task: 'a' } },
    { line: 4, value: { task: 'b' } },
  ]);
  expect(parseBatch('', 'f')).toEqual([]);
  for (const bad of ['[1]', '"a"', 'null', '{"task":', 'task: a'])
    expect(() => parseBatch(`{"task":"a"}\n${bad}`, 'f')).toThrow(usage('f, line 2: not a JSON object.'));
});

test('a request names the field that is wrong', () => {
  expect(parseRequest({ task: 'x', budget: 1 }, 'f')).toEqual({ task: 'x', budget: 1 });
  expect(() => parseRequest({ task: 'x', budget: '1' }, 'f, line 3')).toThrow(
    usage(expect.stringMatching(/^f, line 3: budget: /)),
  );
  expect(() => parseRequest({ task: 'x', colour: 1 }, 'f')).toThrow(usage(expect.stringContaining('colour')));
});

test('a task file gives the whole request, flags win over it, and a text file is the task itself', async () => {
  const { root } = repository();
  const caller = callerIn(root, { PATH: process.env.PATH });
  const folder = temporary();
  const file = (name: string, text: string) => {
    fs.writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plan = async (path: string, flags: object = {}) => {
    const given = { worktree: true, dryRun: true, tool: 'rehearsal', file: [path], ...flags };
    const { documents } = await delegate.run(caller, given as never);
    return (documents[0] as { plan: object }).plan;
  };
  const yaml = file(
    't.yaml',
    'task: Fix it\ncategory: chore\nchecks: [make, "npm test, all"]\nbudget: 3\nworktree: false\n',
  );
  expect(await plan(yaml)).toMatchObject({
    checks: ['clean', 'make', 'npm test, all'],
    limits: { budgetUsd: 3 },
    workplace: { worktree: false },
  });
  expect(await plan(yaml, { budget: 1 })).toMatchObject({
    limits: { budgetUsd: 1 },
    checks: ['clean', 'make', 'npm test, all'],
  });
  expect(await plan(file('t.json', '{"task": "Fix it", "timeout": "5m"}'))).toMatchObject({
    limits: { timeoutSeconds: 300 },
  });
  expect(await plan(file('t.md', 'task: not yaml\n'))).toMatchObject({
    workplace: { branch: 'orchestra/task-1-task-not-yaml' },
  });
  await expect(plan(file('bad.yaml', 'task: x\nbudget: much\n'))).rejects.toThrow(/bad\.yaml:2/);
  await expect(plan(file('empty.md', ' \n'))).rejects.toThrow(/the task text is empty/);
  expect(fs.existsSync(caller.home.root)).toBe(false);
});
