import * as fs from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDir } from '../base/files.ts';
import { git } from '../git/git.ts';
import { ensureWorktree } from '../git/worktree.ts';
import { type Home, runFiles } from '../model/home.ts';
import { lastRun, type TaskView, viewTask } from '../model/task-view.ts';
import { writeSummary } from '../pipeline/task.ts';
import type { Store } from '../store/store.ts';
import { type Check, fixed, ok, problem, warning } from './doctor-check.ts';

/** Whether what tasks need is on the disk, and whether something is there that no task needs. */
export async function checkTasks(
  home: Home,
  store: Store,
  repoRoot: string | undefined,
  fix: boolean,
): Promise<Check[]> {
  const ids = [...store.unsettled(), ...store.inStatus('review')];
  const found: Check[] = [];
  for (const id of ids) {
    const view = viewTask(store.events(id));
    if (view !== undefined) found.push(...(await checkTask(home, view, fix)));
  }
  const strangers = [
    ...strangeWorktrees(home, store),
    ...(repoRoot === undefined ? [] : await strangeBranches(repoRoot, store)),
  ];
  const all = [...found, ...strangers];
  return all.length > 0 ? all : [ok('tasks', `${store.taskIds().length} stored, nothing missing`)];
}

async function checkTask(home: Home, view: TaskView, fix: boolean): Promise<Check[]> {
  const run = lastRun(view);
  if (run?.plan === undefined) return [];
  const checks: Check[] = [];
  const { dir } = runFiles(home, view.id, run.run);
  const missing = !fs.existsSync(dir);
  if (missing && fix && view.status === 'review') {
    ensurePrivateDir(dir);
    writeSummary(home, view);
    checks.push(fixed(view.id, `its run folder ${dir} was missing; its summary is there again`));
  } else if (missing) {
    checks.push(
      problem(view.id, `its run folder ${dir} is missing`, `Run it again: orchestra retry ${view.id}`),
    );
  }
  const { worktree, branch, repo, dir: place } = run.plan.workplace;
  if (run.launch === undefined || !worktree || branch === null || fs.existsSync(place)) return checks;
  if (!fs.existsSync(repo)) {
    return [
      ...checks,
      problem(view.id, `its repository ${repo} is missing`, 'Put the repository back to its place.'),
    ];
  }
  const found = await git(repo, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  const commit = found.code === 0 ? found.stdout.trim() : (run.verdict?.commit ?? null);
  if (fix && commit !== null && (await isThere(repo, commit))) {
    await ensureWorktree({ root: repo, dir: place, branch, commit });
    return [...checks, fixed(view.id, `its worktree ${place} was missing; it is there again, at ${commit}`)];
  }
  if (found.code === 0) {
    return [
      ...checks,
      warning(
        view.id,
        `its worktree ${place} is missing; its branch ${branch} is there`,
        `The work can be had: git worktree add ${place} ${branch}`,
      ),
    ];
  }
  return [
    ...checks,
    problem(
      view.id,
      `its worktree ${place} and its branch ${branch} are missing`,
      `Look for its commits: git -C ${repo} reflog --all`,
    ),
  ];
}

async function isThere(repo: string, commit: string): Promise<boolean> {
  return (await git(repo, ['cat-file', '-e', `${commit}^{commit}`])).code === 0;
}

function strangeWorktrees(home: Home, store: Store): Check[] {
  return folders(home.worktrees).flatMap((repo) =>
    folders(join(home.worktrees, repo))
      .filter((name) => /^task-\d+$/.test(name) && !store.exists(name))
      .map((name) => {
        const path = join(home.worktrees, repo, name);
        return warning(
          'worktree',
          `${path} belongs to no task`,
          `Look into it; when it holds nothing of worth: git worktree remove ${path}`,
        );
      }),
  );
}

async function strangeBranches(root: string, store: Store): Promise<Check[]> {
  const { stdout } = await git(root, ['for-each-ref', '--format=%(refname:short)', 'refs/heads/orchestra/']);
  const strange = stdout.split('\n').filter((name) => {
    const task = /^orchestra\/(task-\d+)(-|$)/.exec(name)?.[1];
    return task !== undefined && !store.exists(task);
  });
  if (strange.length === 0) return [];
  const shown =
    strange.slice(0, 5).join(', ') + (strange.length > 5 ? ` and ${strange.length - 5} more` : '');
  return [
    warning(
      'branches',
      `of no task in this home: ${shown}`,
      'Look at them (git log BRANCH); git branch -d deletes what is merged.',
    ),
  ];
}

function folders(path: string): string[] {
  const entries = fs.existsSync(path) ? fs.readdirSync(path, { withFileTypes: true }) : [];
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
