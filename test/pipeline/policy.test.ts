import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { userFolder } from '../../src/config/layers.ts';
import { blockingFindings } from '../../src/model/finding.ts';
import { lastRun } from '../../src/model/task-view.ts';
import { commitFiles } from '../git/repository.ts';
import { Inside } from './home.ts';

const token = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;

function withUserPolicy(inside: Inside, text: string): void {
  const path = join(userFolder(inside.world.env) as string, 'policy.yaml');
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

test('what a run changed is held against the policy of when it was asked for', async () => {
  const inside = new Inside();
  commitFiles(inside.stage.repo, { 'test/a.test.js': 'assert(false)\n', 'package.json': '{}\n' });
  withUserPolicy(
    inside,
    `rules:
  - { name: existing-tests, kind: paths, paths: [test/], changes: [modified, deleted] }
  - { name: packages, kind: dependencies, allow: [] }
`,
  );
  const task = await inside.add([
    'echo "assert(true)" > test/a.test.js',
    `echo "const token = '${token}'" > leak.js`,
    'echo \'{"dependencies":{"left-pad":"1"}}\' > package.json',
    "mkdir -p .orchestra && echo 'rules: [{ name: secrets, kind: secrets, enabled: false }]' > .orchestra/policy.yaml",
  ]);
  await inside.conduct(task);
  const verdict = lastRun(inside.view(task))?.verdict;
  expect(verdict?.findings?.map(({ rule, file, line, severity }) => [rule, file, line, severity])).toEqual([
    ['existing-tests', 'test/a.test.js', 1, 'block'],
    ['packages', 'package.json', 1, 'block'],
    ['orchestra-settings', '.orchestra/policy.yaml', null, 'block'],
    ['secrets', 'leak.js', 1, 'block'],
  ]);
  expect(blockingFindings(verdict, ['secrets', 'packages']).map(({ rule }) => rule)).toEqual([
    'existing-tests',
    'packages',
    'orchestra-settings',
  ]);
  const events = JSON.stringify(inside.world.store.events(task));
  expect(events).toContain('looks like a secret (github');
});
