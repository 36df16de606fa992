import * as fs from 'node:fs';
import { join } from 'node:path';
import { redactDeep } from '../base/redact.ts';
import { changesInIndex, measure } from '../git/changes.ts';
import { commitAll } from '../git/commit.ts';
import { isWorktree } from '../git/layout.ts';
import { patchBetween } from '../git/patch.ts';
import { tellMovedRefs } from '../git/ref-watch.ts';
import { snapshot } from '../git/snapshot.ts';
import { type Check, checkOf } from '../model/check.ts';
import { type Home, runFiles, runTag } from '../model/home.ts';
import type { Patch } from '../model/patch.ts';
import type { Plan } from '../model/plan.ts';
import type { TaskView } from '../model/task-view.ts';
import type { CheckResult, FileChange, Verdict } from '../model/verdict.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { withBaseline } from '../verify/baseline.ts';
import { type CheckPlace, runChecks } from '../verify/checks.ts';
import { changesOutside, outsideNotes } from './outside.ts';
import { findingsOf, type Span } from './policy-findings.ts';
import { refsBefore, treeBefore } from './start-run.ts';
import type { World } from './world.ts';

/** Measures what a run has done: commits what the agent left, reads the change from git, runs the checks. */
export async function verifyRun(
  world: World,
  view: TaskView,
  plan: Plan,
  options: { withChecks: boolean; warn: (message: string) => void },
): Promise<Verdict> {
  const files = runFiles(world.home, plan.task, plan.run);
  let patch: Promise<Patch | null> | undefined;
  const begin = (span: Span) => {
    patch ??= patchBetween(plan.workplace.repo, span.from, span.to);
    // Who reads it is told.
    patch.catch(() => {});
  };
  // The policy reads the change line by line: that goes on while git counts.
  const beginEarly = options.withChecks && plan.policy !== undefined ? begin : () => {};
  const [{ span, ...change }, outside] = await Promise.all([
    plan.workplace.worktree
      ? changeInWorktree(world.home, view, plan, options.warn, beginEarly)
      : changeInPlace(plan, treeBefore(files), beginEarly),
    changesOutside(world.home, plan, files),
  ]);
  for (const note of outsideNotes(outside)) options.warn(note);
  const category = view.route?.category ?? null;
  const redact = redactionIn(files.dir);
  if (!options.withChecks) {
    const findings = await findingsOf(plan, category, { span: null, readPatch: async () => null, outside });
    return { ...change, checks: [], findings: redactDeep(findings, redact) };
  }
  const readPatch = () => {
    if (span !== null) begin(span);
    return patch ?? Promise.resolve(null);
  };
  // Side by side: loading what finds secrets takes as long as a short check.
  const [checks, findings] = await Promise.all([
    checksOf(world, plan, change.commit, span === null ? null : readPatch),
    findingsOf(plan, category, { span, readPatch, outside }),
  ]);
  return redactDeep({ ...change, checks, findings }, redact);
}

/** The checks of a plan; those of before held commands only. */
export function checksIn(plan: Plan): Check[] {
  return plan.checkList ?? plan.checks.map(checkOf);
}

async function checksOf(
  world: World,
  plan: Plan,
  commit: string | null,
  readPatch: (() => Promise<Patch | null>) | null,
): Promise<CheckResult[]> {
  const { repo, dir, worktree, base } = plan.workplace;
  const place: CheckPlace = {
    dir,
    runDir: runFiles(world.home, plan.task, plan.run).dir,
    env: plan.baseEnv,
    // Not the run's own tag: its wrapper may still be showing the end in the pane.
    tag: `${runTag(world.store.homeId, plan.task, plan.run)}/checks`,
    timeoutSeconds: plan.limits.checkTimeoutSeconds,
    commit,
  };
  if (readPatch !== null) {
    const root = worktree ? dir : repo;
    place.scene = async () => ({ root, patch: await readPatch(), committed: worktree });
  }
  const checks = checksIn(plan);
  const results = await runChecks(checks, place);
  if (!worktree || base === null) return results;
  const { root: home, worktrees } = world.home;
  return withBaseline(checks, results, place, {
    root: repo,
    commit: base.commit,
    cache: join(home, 'baselines'),
    scratch: join(worktrees, '.baseline'),
  });
}

/** A change with the two commits or trees it lies between; null where there is no git. */
type Change = Omit<Verdict, 'checks'> & { span: Span | null };

async function changeInWorktree(
  home: Home,
  view: TaskView,
  plan: Plan,
  warn: (message: string) => void,
  begin: (span: Span) => void,
): Promise<Change> {
  const { repo, dir, base, branch } = plan.workplace;
  if (base === null || branch === null) return { commit: null, files: null, commits: [], span: null };
  const message = `${view.title}\n\nOrchestra-Task: ${view.id}`;
  const saved = await commitAll({ root: repo, dir, branch, message, task: plan.task });
  for (const note of saved.notes) warn(note);
  const before = refsBefore(runFiles(home, plan.task, plan.run));
  const span = saved.head === null ? null : { from: base.commit, to: saved.head };
  if (span !== null) begin(span);
  const commits =
    saved.commit !== null && saved.parent === base.commit
      ? [{ sha: saved.commit, subject: view.title }]
      : undefined;
  const [moved, measured] = await Promise.all([
    before === undefined ? [] : tellMovedRefs(repo, plan.task, before, saved.head),
    // Without git's record of it nothing tells what stands there.
    fs.existsSync(dir) && isWorktree(repo, dir)
      ? measure(dir, base.commit, { commit: saved.head ?? undefined, commits })
      : { commit: saved.head, files: null, commits: [] },
  ]);
  for (const note of moved) warn(note);
  return { ...measured, span };
}

async function changeInPlace(
  plan: Plan,
  before: string | null,
  begin: (span: Span) => void,
): Promise<Change> {
  if (before === null) return { commit: null, files: null, commits: [], span: null };
  const { dir } = plan.workplace;
  let files: FileChange[] = [];
  const to = await snapshot(dir, {
    staged: async (env) => {
      files = await changesInIndex(dir, before, env);
    },
  });
  const span = { from: before, to };
  begin(span);
  return { commit: null, files, commits: [], span };
}
