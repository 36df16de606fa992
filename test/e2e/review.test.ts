import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, Stage } from '../support/stage.ts';

const waiting = (stage: Stage) => `while [ ! -e '${join(stage.config, 'go')}' ]; do sleep 0.05; done`;

test('two running tasks that change the same lines see each other, and each shows its change from any folder', async () => {
  const stage = new Stage();
  const agent = (text: string) => [
    `sed -i 's/two/${text}/' src/a.txt`,
    `echo n > ${text}.txt`,
    'touch ready',
    waiting(stage),
  ];
  await stage.fake(agent('zwei'), ['--detach']);
  // From a later commit, in which the line stands lower.
  stage.commit({ 'src/a.txt': 'zero\none\ntwo\nthree\n' });
  await stage.fake(agent('deux'), ['--detach']);
  const ready = (task: string) => fs.existsSync(join(stage.home, 'worktrees/repo', task, 'ready'));
  await eventually(() => ready('task-1') && ready('task-2'));

  const { document } = await stage.json<any>(['status', 'task-1'], { cwd: stage.home });
  expect(document.collisions).toEqual([
    { task: 'task-2', file: 'src/a.txt', lines: [2, 2] },
    { task: 'task-2', file: 'ready', lines: null },
  ]);
  expect((await stage.run(['status', 'task-2'])).stdout).toContain('task-1 changes src/a.txt too, line 3');
  const overlaps = () => stage.json<any>(['status']).then((ended) => ended.document.overlaps);
  await eventually(async () => (await overlaps()).length > 0);
  expect(await overlaps()).toEqual([
    { tasks: ['task-1', 'task-2'], file: 'src/a.txt', lines: [2, 2] },
    { tasks: ['task-1', 'task-2'], file: 'ready', lines: null },
  ]);
  expect((await stage.run(['status'])).stdout).toContain(
    'task-1 and task-2 change the same lines of src/a.txt and of 1 more file\n',
  );

  const live = await stage.json<any>(['diff', 'task-1'], { cwd: stage.home });
  expect(live.document).toMatchObject({ schema: 'orchestra.diff/1', live: true, truncated: false });
  expect(live.document.files.map((file: { path: string }) => file.path)).toEqual([
    'ready',
    'src/a.txt',
    'zwei.txt',
  ]);
  expect(live.document.text).toContain('-two\n+zwei\n');
  const stat = await stage.run(['diff', 'task-1', '--stat']);
  expect(stat.stdout).toMatch(/src\/a\.txt +\+1 -1\n/);
  expect(stat.stdout).toContain('3 files changed, +2 -1');
  expect(stage.git('status', '--porcelain')).toBe('');

  fs.writeFileSync(join(stage.config, 'go'), '');
  await stage.run(['wait', 'task-1', 'task-2']);
  const done = await stage.run(['diff', 'task-1', '--all']);
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
  // What is shown is what git takes.
  stage.git('checkout', '-q', '-B', 'applied', 'main~2');
  execFileSync('git', ['-C', stage.repo, 'apply', '--index'], { input: done.stdout, env: stage.env });
  expect(stage.git('diff', '--cached', 'main^2')).toBe('');
  stage.git('checkout', '-q', '-f', 'main');
  const second = await stage.run(['approve', 'task-2']);
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('It conflicts with main in src/a.txt'),
  });
});

test('work that waits to land is compared too, however short its run was, until it has landed', async () => {
  const stage = new Stage();
  for (const word of ['zwei', 'deux']) await stage.fake([`sed -i s/two/${word}/ src/a.txt`]);
  const overlaps = async () => (await stage.json<any>(['status'])).document.overlaps;
  const [overlap] = await eventually(async () => {
    const found = await overlaps();
    return found.length > 0 && found;
  });
  expect(overlap).toEqual({ tasks: ['task-1', 'task-2'], file: 'src/a.txt', lines: [2, 2] });
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
  expect(await overlaps()).toEqual([]);
});

test('a claim over a red check stands beside the fact, and the next agent is told of both', async () => {
  const stage = new Stage();
  stage.tool(
    'other',
    { format: 'plain' },
    '#!/bin/sh\ncp "$ORCHESTRA_PROMPT_FILE" "$ORCHESTRA_RUN_DIR/seen"\necho ok > good.txt\n',
  );
  const check = 'echo "expected good, got bad"; test -e good.txt';
  const failed = await stage.fake(['echo bad > bad.txt', 'echo "All tests pass."'], ['--check', check]);
  expect(failed.document.status).toBe('failed');
  const { document } = await stage.json<any>(['status', 'task-1']);
  expect(document.claims).toEqual([
    { claim: 'All tests pass.', fact: `1 of 1 checks failed: ${check} (exit 1)`, holds: false },
  ]);
  const shown = (await stage.run(['status', 'task-1'])).stdout;
  expect(shown).toMatch(/claims +it says: All tests pass\.\n +we saw: +1 of 1 checks failed/);
  expect(shown).toMatch(/changes +bad\.txt +\+1 -0 \(added\)/);

  const again = await stage.json<any>(['retry', 'task-1', '--tool', 'other']);
  expect(again.document).toMatchObject({ status: 'review', runs: 2, tool: 'other' });
  const prompt = fs.readFileSync(join(stage.home, 'runs/task-1/2/seen'), 'utf8');
  expect(prompt.startsWith('A task\ndo: echo bad')).toBe(true);
  expect(prompt).toContain('fake has worked on this before you');
  expect(prompt).toContain('expected good, got bad');
  expect(prompt).toContain('+++ b/bad.txt\n@@ -0,0 +1 @@\n+bad\n');
});

test('a failed task is rejected once, with its reason', async () => {
  const stage = new Stage();
  await stage.fake(['exit 3']);
  expect((await stage.json<any>(['reject', 'task-1', '--reason', 'not wanted'])).document).toMatchObject({
    status: 'failed',
    reason: 'rejected: not wanted',
  });
  expect((await stage.run(['reject', 'task-1', '--reason', 'again'])).code).toBe(1);
});

test('the folder of a task stands by itself, and its bundle holds no secret', async () => {
  const stage = new Stage();
  const secret = 'correct-horse-battery';
  const env = { FAKE_API_KEY: secret };
  const run = 'echo x > x.txt\necho "key $FAKE_API_KEY"\necho token ghp_abcdefghijklmnopqrstuvwxyz012345\n';
  const versioned = `#!/bin/sh\n[ "$1" = --version ] && echo 3.1.0 && exit\n${run}`;
  stage.tool('versioned', { format: 'plain', more: "version: { range: '>=1' }\n" }, versioned);
  const task = 'A task\nThe key is ghp_abcdefghijklmnopqrstuvwxyz012345';
  await stage.json(['delegate', '--tool', 'versioned', '--task', task, '--check', 'true'], { env });
  await stage.run(['approve', 'task-1']);
  const file = join(stage.config, 'out.tar.gz');
  const { document } = await stage.json<any>(['show', 'task-1', '--bundle', 'out.tar.gz'], {
    cwd: stage.config,
    env,
  });
  const names = document.files.map((entry: { path: string }) => entry.path);
  for (const name of [
    'prompt.md',
    'task.json',
    'route.json',
    'plan.json',
    'report.json',
    'verdict.json',
    'diff.patch',
    'summary.json',
    'ledger.jsonl',
    'versions.json',
    'output',
  ])
    expect(names).toContain(`1/${name}`);
  expect(document.bundle).toMatchObject({ file, files: names.length });
  const listed = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).trim().split('\n');
  expect(listed.sort()).toEqual(names.map((name: string) => `task-1/${name}`).sort());
  const all = execFileSync('tar', ['-xzOf', file], { encoding: 'utf8' });
  expect(all).toContain('key [redacted]');
  expect(all).not.toContain(secret);
  expect(all).not.toContain('ghp_abc');
  expect(all).toContain('+++ b/x.txt');
  execFileSync('tar', ['-xzf', file, '-C', stage.config]);
  const read = (name: string) => JSON.parse(fs.readFileSync(join(stage.config, 'task-1/1', name), 'utf8'));
  expect(read('versions.json')).toMatchObject({ tool: 'versioned', toolVersion: '3.1.0', format: 'plain' });
  expect(read('task.json')).toMatchObject({ status: 'done', approved: { onto: 'main' } });
  expect(read('ledger.jsonl')).toMatchObject({ task: 'task-1', run: 1 });
  expect(read('report.json')).toMatchObject({ schema: 'orchestra.report/1', outcome: 'completed' });
  expect(read('summary.json')).toMatchObject({ schema: 'orchestra.summary/1', status: 'done' });
  expect(read('verdict.json').checks).toMatchObject([{ command: 'true', passed: true }]);

  const nowhere = await stage.run(['show', 'task-1', '--bundle', join(stage.config, 'nowhere/out.tar.gz')]);
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nowhere/out.tar.gz cannot be written'),
  });
  fs.writeFileSync(join(stage.home, 'runs/task-1/1/report.json'), '{"schema":"orchestra.report/1"}');
  fs.rmSync(file);
  const refused = await stage.run(['show', 'task-1', '--bundle', file], { env });
  expect(refused.stderr).toContain('1/report.json is not what it should be');
  expect(fs.existsSync(file)).toBe(false);
});
