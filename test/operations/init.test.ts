import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkYaml, readYaml } from '../../src/base/yaml-file.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { guessChecks } from '../../src/config/test-command.ts';
import { trustRepo } from '../../src/config/trust.ts';
import { TaskRequest } from '../../src/model/request.ts';
import { operation } from '../../src/operations/init.ts';
import { failureOf, repository, sh, write } from '../git/repository.ts';
import { callerIn, temporary } from './caller.ts';

const names = ['.orchestra/config.yaml', '.orchestra/example-task.yaml'];

test('a repository gets a configuration with its own test command, which counts once it is trusted', async () => {
  const { root } = repository();
  write(root, {
    'package.json': '{"scripts":{"test":"vitest"},"devDependencies":{"vitest":"1"}}',
    'package-lock.json': '{}',
    'go.mod': 'module x',
  });
  const caller = callerIn(root);
  const { documents } = await operation.run(caller, {});
  expect(documents).toEqual([
    { schema: 'orchestra.init/1', repo: root, created: names, kept: [], checks: ['npm ci && npm test'] },
  ]);
  const sources = { env: caller.env, repoRoot: root };
  expect(loadConfig(sources).untrusted).toEqual([expect.stringContaining('checks')]);
  trustRepo(root, caller.env);
  expect(loadConfig(sources).config.checks).toEqual(['npm ci && npm test']);
  expect(fs.readFileSync(join(root, names[0] as string), 'utf8')).toContain('  # - "go test ./..."');
});

test('the example is a task request, also from a folder inside the repository', async () => {
  const { root } = repository();
  write(root, { 'deep/er/x': '' });
  await operation.run(callerIn(join(root, 'deep/er')), {});
  const file = readYaml(join(root, names[1] as string), 'example');
  expect(file && checkYaml(file, TaskRequest)).toEqual({
    task: 'Read the README and correct what is not true any more.\n',
    category: 'docs',
    tier: 'trivial',
    criteria: ['Every command that the README names exists'],
    scope: ['*.md', 'docs/'],
    checks: [
      { kind: 'files', exist: ['README*'] },
      { kind: 'diff', maxFiles: 10 },
    ],
    timeout: '30m',
    access: 'edit',
  });
  expect(loadConfig({ env: callerIn(root).env, repoRoot: root }).untrusted).toEqual([
    expect.stringContaining('checks'),
  ]);
});

test('what is there already stays as it is', async () => {
  const { root } = repository();
  write(root, { '.orchestra/config.yaml': 'parallel: 2\n' });
  const { documents } = await operation.run(callerIn(root), {});
  expect(documents).toMatchObject([{ created: [names[1]], kept: [names[0]] }]);
  expect(fs.readFileSync(join(root, names[0] as string), 'utf8')).toBe('parallel: 2\n');
});

test('outside git and in a bare repository it is a usage error and nothing is written', async () => {
  const folder = temporary();
  expect(await failureOf(operation.run(callerIn(folder), {}))).toMatchObject({
    code: 'usage',
    message: `${folder} is not a git repository.`,
  });
  sh(folder, 'init', '-q', '--bare', 'bare.git');
  const bare = await failureOf(operation.run(callerIn(folder), { repo: 'bare.git' }));
  expect(bare).toMatchObject({ code: 'usage', hint: 'Clone it, and set up the clone.' });
  expect(fs.existsSync(join(folder, '.orchestra'))).toBe(false);
});

test.each([
  [{ 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, []],
  [{ 'package.json': 'not json' }, []],
  [{ 'package.json': '{"scripts":{"test":"node --test"}}' }, ['npm test']],
  [
    { 'package.json': '{"scripts":{"test":"x"},"dependencies":{"a":"1"}}', 'pnpm-lock.yaml': '' },
    ['pnpm install --frozen-lockfile && pnpm test'],
  ],
  [{ Makefile: 'all:\n\ntest: all\n\tcc' }, ['make test']],
  [{ Makefile: 'test := 1\ntesting: x\n' }, []],
  [{ 'pyproject.toml': '[tool.pytest]', 'uv.lock': '' }, ['uv run pytest']],
  [{ 'pyproject.toml': '[project]' }, []],
  [{ 'Cargo.toml': '', 'go.mod': '' }, ['cargo test', 'go test ./...']],
])('the checks of %j are %j', (files, expected) => {
  const root = temporary();
  write(root, files as Record<string, string>);
  expect(guessChecks(root)).toEqual(expected);
});
