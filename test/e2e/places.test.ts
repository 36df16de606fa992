import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

test('outside git it works in place, says so and has nothing to approve', async () => {
  const stage = new Stage({ git: false });
  const { code, document, stderr } = await stage.fake(['echo x > x.txt']);
  expect(code).toBe(0);
  expect(document).toMatchObject({ status: 'done', branch: null, files: [] });
  expect(document.reason).toContain('in place');
  expect(stderr).toContain('Not a git repository');
  expect(fs.readFileSync(join(stage.repo, 'x.txt'), 'utf8')).toBe('x\n');
  expect((await stage.run(['approve', 'task-1'])).code).toBe(1);
});

test('with --no-worktree it works in place and tells its own changes from the ones that were there', async () => {
  const stage = new Stage();
  stage.write({ 'mine.txt': 'mine\n', 'src/a.txt': 'changed by me\n' });
  const { code, document } = await stage.fake(['echo x > x.txt'], ['--no-worktree']);
  expect(code).toBe(0);
  expect(document.files).toEqual([{ path: 'x.txt', change: 'added', additions: 1, deletions: 0 }]);
  expect(stage.git('status', '--porcelain')).toBe(' M src/a.txt\n?? mine.txt\n?? x.txt');
});

test('a repository without commits is refused before anything starts', async () => {
  const stage = new Stage({ git: false });
  stage.git('init', '-q', '-b', 'main');
  const { code, stderr } = await stage.run(['delegate', '--tool', 'fake', '--task', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain('no commits yet');
  expect(stderr).toContain('--no-worktree');
  const inPlace = await stage.fake(['echo x > x.txt'], ['--no-worktree']);
  expect(inPlace).toMatchObject({ code: 0, document: { status: 'done', files: [{ path: 'x.txt' }] } });
});

test('a detached HEAD is a base without a branch: approve asks for one', async () => {
  const stage = new Stage();
  stage.git('checkout', '-q', '--detach');
  const { document } = await stage.fake(['echo x > x.txt']);
  expect(document.status).toBe('review');
  const refused = await stage.run(['approve', 'task-1']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('--onto');
  expect((await stage.run(['approve', 'task-1', '--onto', 'main'])).code).toBe(0);
  expect(stage.git('show', 'main:x.txt')).toBe('x');
});

test('a dirty tree stays as it is, and the user is told that it takes no part', async () => {
  const stage = new Stage();
  stage.write({ 'src/a.txt': 'half done\n' });
  const { document, stderr } = await stage.fake(['cat src/a.txt > copy.txt']);
  expect(stderr).toContain('Uncommitted changes');
  expect(stage.git('show', `${document.branch}:copy.txt`)).toBe('one\ntwo\nthree');
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
  expect(fs.readFileSync(join(stage.repo, 'src/a.txt'), 'utf8')).toBe('half done\n');
  expect(fs.existsSync(join(stage.repo, 'copy.txt'))).toBe(true);
});

test('a path with spaces and quotes, from a folder inside, works', async () => {
  const stage = new Stage({ repo: `my "re'po" $x` });
  const { document } = await stage.json<any>(
    ['delegate', '--tool', 'fake', '--task', 'x\ndo: echo x > x.txt'],
    {
      cwd: join(stage.repo, 'src'),
    },
  );
  expect(document).toMatchObject({ status: 'review', files: [{ path: 'x.txt' }] });
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
  expect(fs.existsSync(join(stage.repo, 'x.txt'))).toBe(true);
});

test('a branch name that is taken is passed over', async () => {
  const stage = new Stage();
  stage.git('branch', 'orchestra/task-1-look');
  const { document } = await stage.json<any>(['delegate', '--tool', 'fake', '--task', 'Look']);
  expect(document.branch).toBe('orchestra/task-1-look-2');
});

test('a submodule is named as not checked out, and the task goes on', async () => {
  const stage = new Stage();
  const inner = new Stage();
  stage.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.repo, 'inner');
  stage.git('commit', '-q', '-m', 'submodule');
  const { document, stderr } = await stage.fake(['echo x > x.txt']);
  expect(stderr).toContain('Submodules are not checked out');
  expect(document).toMatchObject({ status: 'review', files: [{ path: 'x.txt' }] });
  expect((await stage.run(['approve', 'task-1'])).code).toBe(0);
});

test('a home that cannot be made is one clear sentence', async () => {
  const stage = new Stage();
  fs.writeFileSync(stage.home, 'a file in the way');
  const { code, stderr } = await stage.run(['delegate', '--tool', 'fake', '--task', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain(stage.home);
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
});

test('a wrong key in the configuration names file, line and column', async () => {
  const stage = new Stage();
  stage.write({ '.orchestra/config.yaml': 'timeout: 5m\nparalel: 3\n' });
  const { code, stderr } = await stage.run(['delegate', '--tool', 'fake', '--task', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain('.orchestra/config.yaml:2:1');
  expect(stderr).toContain('parallel');
});

test("a repository's checks count only after orchestra trust", async () => {
  const stage = new Stage();
  stage.commit({ '.orchestra/config.yaml': 'checks: ["exit 9"]\n' });
  const before = await stage.fake(['echo x > x.txt']);
  expect(before.stderr).toContain('orchestra trust');
  expect(before.document).toMatchObject({ status: 'review', checks: [] });
  expect((await stage.run(['trust'])).code).toBe(0);
  const after = await stage.fake(['echo y > y.txt']);
  expect(after.document).toMatchObject({ status: 'failed', checks: [{ command: 'exit 9', exit: 9 }] });
});
