import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

// All that a tenth tool takes: a plain bash script that counts words, with its profile.
const files = {
  'profile.yaml': `name: word-count
binary: ./word-count.sh
format: plain
version: { range: '^1.0.0' }
access:
  read-only: { enforced: true, note: 'prints the count and writes nothing' }
  edit: { enforced: true, note: 'writes WORDS.md only' }
strengths: [docs]
automatic: false
`,
  'run.sh': `#!/usr/bin/env bash
exec "\${BASH_SOURCE[0]%/*}/word-count.sh"
`,
  'word-count.sh': `#!/usr/bin/env bash
set -euo pipefail
if [[ \${1-} == --version ]]; then echo 'word-count 1.2.0'; exit; fi
heading=$(head -n 1)
count=$(git ls-files -z | xargs -0 cat | wc -w | tr -d ' ')
echo "There are $count words."
if [[ $ORCHESTRA_ACCESS != read-only ]]; then
  printf '# %s\\n\\n%s words\\n' "$heading" "$count" >WORDS.md
fi
`,
};

test('a tenth tool is a script of under 60 lines in the folder of the user: it is tested, found, and delegates', async () => {
  expect(Object.values(files).join('').split('\n').length).toBeLessThan(60);
  const stage = new Stage();
  const dir = join(stage.config, 'orchestra/tools/word-count');
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(dir, name), text);
    if (name.endsWith('.sh')) chmodSync(join(dir, name), 0o755);
  }

  const tested = await stage.json<Record<string, any>>(['tools', 'test', 'word-count']);
  expect(
    tested.document.checks.filter((check: { passed: boolean | null }) => check.passed === false),
  ).toEqual([]);
  expect(tested.code).toBe(0);
  expect(tested.document).toMatchObject({ schema: 'orchestra.tool-test/1', dir, passed: true });

  const { document } = await stage.json<Record<string, any>>(['tools']);
  const listed = document.tools.find((tool: { name: string }) => tool.name === 'word-count');
  expect(listed).toMatchObject({ origin: 'user', installed: true, version: '1.2.0', supported: true });

  const given = ['delegate', '--tool', 'word-count', '--task', 'Words of this project'];
  const work = await stage.json<Record<string, any>>(given);
  expect(work.document).toMatchObject({
    status: 'review',
    tool: 'word-count',
    answer: 'There are 6 words.',
    files: [{ path: 'WORDS.md', change: 'added', additions: 3 }],
    cost: { usd: null, source: 'unknown' },
  });
  const look = await stage.json<Record<string, any>>([...given, '--access', 'read-only']);
  expect(look.document).toMatchObject({ answer: 'There are 6 words.', files: [] });
});

test('a folder that breaks the contract is told by exit 1, with what is broken', async () => {
  const stage = new Stage();
  const run = 'exec loose-agent "$(cat)"\n';
  stage.tool('loose', { format: 'plain' }, run);
  writeFileSync(
    join(stage.config, 'orchestra/tools/loose/profile.yaml'),
    'name: loose\nbinary: loose-agent\nformat: plain\n',
  );
  const ended = await stage.run(['tools', 'test', 'loose']);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('the prompt is only data');
  expect(ended.stdout).toContain('it is in the arguments');
  expect(ended.stdout).toMatch(/loose breaks \d+ checks of \d+/);
  const missing = await stage.run(['tools', 'test', 'no-such']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('There is no tool "no-such".');
});
