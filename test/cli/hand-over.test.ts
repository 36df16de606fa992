import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownIdentity } from '../../src/base/process.ts';
import { eventually, Stage } from '../support/stage.ts';
import { doorOf, halted, tasksOf } from './door.ts';

type Options = Parameters<Stage['run']>[1];

/** A stage whose conductor takes tasks, and runs none. */
async function served(): Promise<Stage> {
  const stage = await halted(new Stage());
  await stage.run(['conductor', 'start']);
  await eventually(() => fs.existsSync(doorOf(stage)));
  // Numbers of two digits from here on, so that lines break alike.
  const lines = '{"task":"First","tool":"fake"}\n'.repeat(9);
  await stage.run(['delegate', '--detach', '--batch', '-'], { input: lines });
  return stage;
}

const plain = (text: string) => text.replaceAll(/task-\d+/g, 'task-N');

/** Runs the same command with and without the door; both must say the same. Gives what they say. */
async function bothWays(stage: Stage, args: string[], options: Options = {}) {
  const count = tasksOf(stage).length;
  const fast = await stage.run(args, options);
  const handed = tasksOf(stage).slice(count);
  fs.renameSync(doorOf(stage), `${doorOf(stage)}.away`);
  const slow = await stage.run(args, options);
  fs.renameSync(`${doorOf(stage)}.away`, doorOf(stage));
  const own = tasksOf(stage).slice(count + handed.length);
  const show = ({ code, stdout, stderr }: typeof fast) => ({
    code,
    stdout: plain(stdout),
    stderr: plain(stderr),
  });
  expect(show(fast), args.join(' ')).toEqual(show(slow));
  expect(
    own.some((task) => task.byConductor),
    args.join(' '),
  ).toBe(false);
  expect(handed.map(({ title }) => title)).toEqual(own.map(({ title }) => title));
  return { ...fast, stored: handed.length, byConductor: handed.every((task) => task.byConductor) };
}

test('a task that the conductor stores is told of byte for byte as the command would', async () => {
  const stage = await served();
  const give = ['delegate', '--detach', '--tool', 'fake', '--task', 'Fix the login'];
  const taken: [args: string[], options?: Options][] = [
    [give],
    [[...give, '--json']],
    [[...give, '--quiet']],
    [[...give, '--no-color', '--check', 'npm test', '--budget', '2', '--priority', '3']],
    [[...give, '--no-worktree', '--access', 'full']],
    [[...give, '--repo', 'src']],
    [
      give,
      { cwd: join(stage.repo, 'src'), env: { ORCHESTRA_TIMEOUT: '3m', LANG: 'C', ORCHESTRA_TASK: 'task-1' } },
    ],
  ];
  for (const [args, options] of taken)
    expect(await bothWays(stage, args, options)).toMatchObject({ code: 0, stored: 1, byConductor: true });
  stage.write({ 'README.md': '# Changed\n', '.orchestra/config.yaml': 'checks: [npm test]\n' });
  const untrusted = await bothWays(stage, give);
  expect(untrusted).toMatchObject({ code: 0, byConductor: true });
  expect(untrusted.stderr).toContain('orchestra trust');
});

test('what is not for the conductor is done by the command, and told the same', async () => {
  const stage = await served();
  const give = ['delegate', '--detach', '--tool', 'fake'];
  stage.write({ 'task.md': 'From a file', 'batch.jsonl': '{"task":"One"}\n{"task":"Two"}\n' });
  const own: [code: number, stored: number, args: string[], options?: Options][] = [
    [2, 0, ['delegate', '--detach']],
    [2, 0, [...give, '--task', 'x', '--no-such-flag']],
    [2, 0, [...give, '--task', 'x', '--after', 'task-99']],
    [2, 0, [...give, '--task', 'x', '--repo', 'nowhere']],
    [2, 0, ['delegate', '--detach', '--task', 'x', '--tool', 'nobody']],
    [2, 0, [...give, '--task', 'x'], { env: { ORCHESTRA_PARALLEL: 'many' } }],
    [0, 0, [...give, '--task', 'x', '--dry-run']],
    [0, 1, [...give, '--task', '-'], { input: 'From standard input' }],
    [0, 1, [...give, '--file', 'task.md']],
    [0, 2, [...give, '--batch', 'batch.jsonl', '--json']],
    [0, 1, [...give, '--task', 'x'], { env: { TZ: 'Asia/Tokyo' } }],
  ];
  for (const [code, stored, args, options] of own) {
    const ended = await bothWays(stage, args, options);
    expect(ended, args.join(' ')).toMatchObject({ code, stored, byConductor: stored === 0 });
  }
  fs.appendFileSync(join(stage.config, 'orchestra', 'config.yaml'), 'paralel: 3\n');
  expect(await bothWays(stage, [...give, '--task', 'x'])).toMatchObject({ code: 2, stored: 0 });
});

test('an agent has the environment of its own call, and git is the one on its PATH', async () => {
  const stage = new Stage();
  await stage.run(['conductor', 'start']);
  await eventually(() => fs.existsSync(doorOf(stage)));
  const bin = join(stage.config, 'bin');
  fs.mkdirSync(bin);
  fs.writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\necho "$FAKE_VALUE" >>'${bin}/asked'\nPATH=\${PATH#*:}\nexec git "$@"\n`,
    { mode: 0o755 },
  );
  const call = (value: string) => {
    const text = `Say\ndo: echo "$FAKE_VALUE" >>'${stage.config}/said-${value}'`;
    const env = { FAKE_VALUE: value, PATH: `${bin}:${stage.env.PATH}` };
    return stage.json(['delegate', '--detach', '--tool', 'fake', '--task', text], { env });
  };
  const both = await Promise.all([call('first'), call('second')]);
  await stage.run(['wait', ...both.map(({ document }) => String(document.task))]);
  for (const value of ['first', 'second'])
    expect(fs.readFileSync(join(stage.config, `said-${value}`), 'utf8')).toBe(`${value}\n`);
  const asked = fs.readFileSync(join(bin, 'asked'), 'utf8');
  expect(asked).toContain('first\n');
  expect(asked).toContain('second\n');
  expect(tasksOf(stage).every((task) => task.byConductor)).toBe(true);
  expect(fs.readFileSync(join(stage.home, 'conductor.log'), 'utf8')).not.toMatch(/first|second/);
});

test('a conductor that ends takes its socket away, and one that was killed leaves none in the way', async () => {
  const stage = await served();
  expect(fs.statSync(doorOf(stage)).mode & 0o777).toBe(0o600);
  const pid = JSON.parse(fs.readFileSync(join(stage.home, 'conductor.lock'), 'utf8')).pid as number;
  process.kill(pid, 'SIGKILL');
  const give = (title: string) => stage.run(['delegate', '--detach', '--tool', 'fake', '--task', title]);
  expect(await give('One')).toMatchObject({ code: 0 });
  await eventually(() => fs.existsSync(join(stage.home, 'conductor.lock')));
  await eventually(async () => (await give('More')).code === 0 && tasksOf(stage).at(-1)?.byConductor);
  await stage.run(['conductor', 'stop']);
  await eventually(() => !fs.existsSync(doorOf(stage)));
});

/** Stands in for a conductor: says these after each message it gets, then lets go. */
function standIn(stage: Stage, replies: object[][]): void {
  const server = createServer((socket) => {
    let left = replies;
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (!text.endsWith('\n')) return;
      const [now = [], ...rest] = left;
      left = rest;
      for (const message of now) socket.write(`${JSON.stringify(message)}\n`);
      if (rest.length === 0) socket.destroy();
    });
  });
  server.listen(doorOf(stage));
  onTestFinished(() => void server.close());
}

const seen = (server: object) => ({ is: 'seen', server });
const gone = { pid: 2 ** 22 + 1, startTime: '1' };

test.each([
  ['says nothing', [[], []]],
  ['lets go of the request', [[]]],
  ['declines', [[seen(gone), { is: 'declined' }]]],
  ['declines at the last moment', [[seen(gone), { is: 'ready' }], [{ is: 'declined' }]]],
  ['is gone after the word to go', [[seen(gone), { is: 'ready' }], []]],
])('the task is stored once by the command when the conductor %s', async (_what, replies) => {
  const stage = await halted(new Stage());
  standIn(stage, replies);
  const ended = await stage.run(['delegate', '--detach', '--tool', 'fake', '--task', 'Once']);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('task-1') });
  expect(tasksOf(stage)).toEqual([{ title: 'Once', byConductor: false }]);
});

test('what cannot be known is said, and not tried a second time', async () => {
  const stage = await halted(new Stage());
  standIn(stage, [[seen(ownIdentity()), { is: 'ready' }], []]);
  const ended = await stage.run(['delegate', '--detach', '--tool', 'fake', '--task', 'Perhaps']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toBe(
    `orchestra: The conductor ${process.pid} has the task and does not answer, so it is not known whether it is stored.\nhint: orchestra status shows it if it is. orchestra conductor stop ends the conductor; agents go on.\n`,
  );
  expect(tasksOf(stage)).toEqual([]);
});

test('a home with a long path has its door in a private folder elsewhere', async () => {
  const stage = new Stage();
  const home = join(stage.config, 'a-long-name'.repeat(8), 's');
  const env = { ORCHESTRA_HOME: home };
  const socket = () => fs.readFileSync(join(home, 'conductor.socket-path'), 'utf8').trim();
  await stage.run(['stop'], { env });
  await stage.run(['conductor', 'start'], { env });
  onTestFinished(async () => {
    await stage.run(['conductor', 'stop'], { env });
    fs.rmSync(join(socket(), '..'), { recursive: true, force: true });
  });
  await eventually(() => fs.existsSync(join(home, 'conductor.socket-path')) && fs.existsSync(socket()));
  const args = ['delegate', '--detach', '--tool', 'fake', '--task', 'Far'];
  expect(await stage.run(args, { env })).toMatchObject({ code: 0 });
  expect(tasksOf({ ...stage, home } as Stage)).toEqual([{ title: 'Far', byConductor: true }]);
});
