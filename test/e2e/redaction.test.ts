import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, Stage } from '../support/stage.ts';

const token = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const value = 'correct horse battery staple';

test('a secret of the environment is in the bytes of the tool, and nowhere that is shown or kept', async () => {
  const stage = new Stage();
  stage.env.FAKE_SECRET = value;
  const commands = [
    'echo x > x.txt && git add x.txt && git commit -qm "Add $FAKE_SECRET"',
    'echo "err $FAKE_SECRET" >&2',
    `echo "the token is ${token.slice(0, 10)}""${token.slice(10)}"`,
    'echo "the secret is $FAKE_SECRET."',
  ];
  const text = ['A task', ...commands.map((command) => `do: ${command}`)].join('\n');
  const check = 'git log -1 --format=%s; true';
  const { document } = await stage.json<{ status: string; answer: string; commits: { subject: string }[] }>([
    'delegate',
    '--tool',
    'fake',
    '--task',
    text,
    '--check',
    check,
  ]);
  expect(document).toMatchObject({ status: 'review', commits: [{ subject: 'Add [redacted]' }] });
  const shown = [
    JSON.stringify(document),
    ...(await Promise.all(
      [
        ['logs', 'task-1'],
        ['logs', 'task-1', '--stderr'],
        ['status', 'task-1', '--json'],
        ['status', 'task-1'],
      ].map(async (args) => (await stage.run(args)).stdout),
    )),
  ];
  for (const text of shown) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(token);
  }
  expect(shown[1]).toContain('the secret is [redacted].');
  expect(shown[2]).toContain('err [redacted]');
  await eventually(async () =>
    (await stage.run(['peek', 'task-1'])).stdout.includes('the secret is [redacted].'),
  );
  const raw = (await stage.run(['logs', 'task-1', '--raw'])).stdout;
  expect(raw).toContain(value);
  const dir = join(stage.home, 'runs/task-1/1');
  const holding = fs
    .readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && fs.readFileSync(join(dir, entry.name), 'utf8').includes(value))
    .map((entry) => entry.name);
  expect(holding.sort()).toEqual(['check-1.output', 'output', 'stderr']);
  for (const name of fs
    .readdirSync(stage.home)
    .filter((name) => /^(orchestra\.db|ledger|conductor\.log)/.test(name)))
    expect(fs.readFileSync(join(stage.home, name), 'latin1')).not.toContain(value);
});
