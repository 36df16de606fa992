import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

/** A repository with a suite that holds as long as `two` is in src/a.txt. */
function withSuite(): Stage {
  const stage = new Stage();
  stage.commit({ 'test/a.test.sh': 'set -e\ngrep -q two src/a.txt\n', 'test/old.test.sh': 'true\n' });
  return stage;
}

function userPolicy(stage: Stage, text: string): void {
  const path = join(stage.config, 'orchestra', 'policy.yaml');
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

const suite = ['--check', 'sh test/a.test.sh'];
const breaks = "sed -i 's/two/2/' src/a.txt";
const bends = "sed -i 's/two/2/' test/a.test.sh";

test('tests that were made to pass are caught where the policy protects them, and a person may let them pass with a reason', async () => {
  const stage = withSuite();
  userPolicy(
    stage,
    'rules:\n  - { name: existing-tests, kind: paths, paths: [test/], changes: [modified, deleted], override: true, message: tests stay }\n  - { name: forever, kind: paths, paths: [src/legacy/] }\n',
  );
  const bent = await stage.fake([breaks, bends, 'echo All tests pass.'], suite);
  expect(bent).toMatchObject({ code: 3, document: { status: 'review' } });
  const finding = 'existing-tests: test/a.test.sh:2: the file was modified: tests stay';
  expect(bent.document.reason).toBe(`policy: ${finding}`);
  expect(bent.document.checks).toMatchObject([{ passed: true }]);
  expect((await stage.run(['status', 'task-1'])).stdout).toContain(`needs you: ${finding}`);

  const before = stage.git('rev-parse', 'main');
  const refused = await stage.run(['approve', 'task-1']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`task-1 breaks a rule: ${finding}.`);
  expect(refused.stderr).toContain('orchestra approve task-1 --override existing-tests --reason TEXT');
  const silent = await stage.run(['approve', 'task-1', '--override', 'existing-tests']);
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a --reason') });
  const aimless = await stage.run(['approve', 'task-1', '--reason', 'x']);
  expect(aimless).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--override RULE --reason TEXT'),
  });
  const other = await stage.run(['approve', 'task-1', '--override', 'secrets', '--reason', 'x']);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining(finding) });
  expect(stage.git('rev-parse', 'main')).toBe(before);

  const reason = 'the spelling has changed';
  const override = ['--override', 'existing-tests', '--reason', reason];
  expect(await stage.json(['approve', 'task-1', ...override])).toMatchObject({
    code: 0,
    document: { status: 'done' },
  });
  expect(stage.git('show', 'main:src/a.txt')).toContain('2');
  const { document } = await stage.json<any>(['status', 'task-1']);
  expect(document.approved.overrides).toEqual([{ rule: 'existing-tests', reason }]);
  expect((await stage.run(['status', 'task-1'])).stdout).toContain(`existing-tests was let pass: ${reason}`);

  const legacy = await stage.fake(['mkdir src/legacy; echo x > src/legacy/x']);
  expect(legacy).toMatchObject({ code: 1, document: { status: 'failed' } });
  expect(legacy.document.reason).toBe('policy: forever: src/legacy/x: the file was added');
  const forced = await stage.run(['approve', 'task-2', '--override', 'forever', '--reason', 'please']);
  expect(forced).toMatchObject({ code: 1, stderr: expect.stringContaining('task-2 is failed') });
});

test('by default a changed test is told with the result, a new one is welcome, and one that is gone waits for a word', async () => {
  const stage = withSuite();
  const backend = [...suite, '--category', 'backend'];
  const given = [
    await stage.fake([breaks, bends], [...backend, '--auto-approve']),
    await stage.fake(['echo more >> test/old.test.sh; echo x > test/new.test.sh'], backend),
    await stage.fake(['rm test/old.test.sh'], backend),
  ];
  expect(given.map(({ document }) => document.reason)).toEqual([
    '2 files changed; 1 check passed; the policy warns of existing-tests; not landed by itself: the policy has found something (existing-tests)',
    '2 files changed; 1 check passed',
    'policy: removed-tests: test/old.test.sh: the file was deleted: a test that was there before is gone',
  ]);
  expect((await stage.run(['approve', 'task-1', 'task-2'])).code).toBe(0);
  expect((await stage.run(['approve', 'task-3'])).stderr).toContain('--override removed-tests');
});

test('work lands by itself only by the policy: category, size, checks that are there and green, and nothing found', async () => {
  const stage = withSuite();
  userPolicy(
    stage,
    'rules:\n  - { name: look-here, kind: paths, paths: [infra/], severity: warn }\nautoApprove:\n  - { name: small-docs, categories: [docs], maxFiles: 2, maxLines: 10 }\n',
  );
  const add = (...names: string[]) => names.map((name) => `mkdir -p $(dirname ${name}); echo x > ${name}`);
  const cases: [commands: string[], flags: string[], status: string, reason: string][] = [
    [add('docs/1'), suite, 'done', 'landed on main'],
    [add('docs/2'), [], 'review', 'no command or test has checked it'],
    [
      add('docs/3'),
      [...suite, '--category', 'backend'],
      'review',
      'work of the category backend is not among what may',
    ],
    [add('d/4', 'd/5', 'd/6'), suite, 'review', '3 files are changed, at most 2 may be'],
    [['seq 11 > d7'], suite, 'review', '11 lines are changed, at most 10 may be'],
    [add('infra/8'), suite, 'review', 'the policy has found something (look-here)'],
    [[breaks], suite, 'failed', 'check_failed: 1 of 2 checks failed'],
  ];
  for (const [commands, flags, status, why] of cases) {
    const { document } = await stage.fake(commands, ['--auto-approve', '--category', 'docs', ...flags]);
    const reason = status === 'review' ? `; not landed by itself: ${why}` : why;
    expect(document).toMatchObject({ status, reason: expect.stringContaining(reason) });
  }
  expect(stage.git('log', '--format=%s', '--first-parent', 'main').split('\n')).toHaveLength(3);
});

test('what is edited after the checks makes them stale, and approving says that it does not land', async () => {
  const stage = withSuite();
  await stage.fake(['echo x > x.txt'], ['--check', 'echo left > by-the-check.txt']);
  const { workplace, stale } = (await stage.json<any>(['status', 'task-1'])).document;
  expect(stale).toBe(null);
  fs.writeFileSync(join(workplace.dir, 'x.txt'), 'edited\n');
  fs.writeFileSync(join(workplace.dir, 'more.txt'), 'new\n');
  const edited = (await stage.json<any>(['status', 'task-1'])).document;
  expect(edited.stale).toBe(
    'stale: edited since and not committed, so neither checked nor landed: x.txt, more.txt',
  );
  const approved = await stage.run(['approve', 'task-1']);
  expect(approved.code).toBe(0);
  expect(approved.stderr).toContain('without what was edited since and not committed: x.txt, more.txt');
  expect(stage.git('show', 'main:x.txt')).toBe('x');
  expect(fs.readFileSync(join(workplace.dir, 'x.txt'), 'utf8')).toBe('edited\n');
});
