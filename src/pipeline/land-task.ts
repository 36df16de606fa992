import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { loadConfig } from '../config/load-config.ts';
import type { LandingMode } from '../git/combine.ts';
import { landBranch } from '../git/land.ts';
import { lendIgnored } from '../git/lend.ts';
import { patchBetween } from '../git/patch.ts';
import type { Check } from '../model/check.ts';
import type { Approval } from '../model/event.ts';
import { runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import type { CheckResult, Finding } from '../model/verdict.ts';
import { runChecks } from '../verify/checks.ts';
import { approvedCommit } from './approved-commit.ts';
import { findingsAround, findingsOf, type Span } from './policy-findings.ts';
import { type Overrides, passPolicy } from './policy-gate.ts';
import { checksIn } from './verify-run.ts';
import type { World } from './world.ts';

/** Where a task's work went. All null when it had nothing to land. */
export type Landing = Approval;

/** What a person said about a landing. `onto` names another branch, `commit` exactly what was looked at. */
export interface LandingWishes {
  onto?: string | undefined;
  commit?: string | undefined;
  mode?: LandingMode | undefined;
  overrides?: Overrides;
}

/**
 * Lands the verified commit of a task on the branch it started from. Where the branch has moved, the task's checks run on
 * the result first. Safe to repeat. Throws `conflict`, `refused` or `not_found`, with nothing changed.
 */
export async function landTask(world: World, view: TaskView, wishes: LandingWishes = {}): Promise<Landing> {
  const run = lastRun(view);
  const plan = run?.plan;
  const verdict = run?.verdict;
  if (plan === undefined || !plan.workplace.worktree) return nothing;
  const { workplace } = plan;
  const commit = await approvedCommit(view, workplace, verdict?.commit ?? null, wishes.commit);
  if (commit === null || commit === workplace.base?.commit) return nothing;
  const branch = wishes.onto ?? workplace.base?.branch ?? null;
  if (branch === null) {
    throw new OrchestraError(
      'refused',
      `${view.id} started from a detached HEAD, so there is no branch to land on.`,
      {
        hint: `Name one: orchestra approve ${view.id} --onto BRANCH. The work is on ${workplace.branch}.`,
      },
    );
  }
  const findings =
    commit === verdict?.commit ? (verdict.findings ?? []) : await findingsAt(plan, view, commit);
  const overrides = passPolicy(view.id, findings, wishes.overrides ?? []);
  const mode = wishes.mode ?? loadConfig({ env: world.env, repoRoot: workplace.repo }).config.landing;
  let checks: CheckResult[] = [];
  const { landed, how } = await landBranch({
    root: workplace.repo,
    commit,
    onto: branch,
    mode,
    message: `${view.title}\n\nOrchestra-Task: ${view.id}`,
    scratch: join(world.home.worktrees, '.landing'),
    ...(checksOf(plan).length > 0 && {
      proven: verdict?.checks.length ? verdict.commit : null,
      prove: async (dir, target, tip) => {
        checks = await checkResult(world, plan, dir, { from: tip, to: target });
        const known = verdict?.checks.filter((check) => !check.passed).map(({ command }) => command) ?? [];
        refuseRed(view, branch, checks, known, landingDir(world, plan));
      },
    }),
  });
  const ran = checks.map(({ output: _, ...check }) => check);
  return {
    commit,
    onto: branch,
    landed,
    how,
    ...(ran.length > 0 && { checks: ran }),
    ...(overrides.length > 0 && { overrides }),
  };
}

/** What the policy says of a commit that no run has been verified at. */
async function findingsAt(plan: Plan, view: TaskView, commit: string): Promise<Finding[]> {
  const { base, repo } = plan.workplace;
  if (base === null) return [];
  const span = { from: base.commit, to: commit };
  const readPatch = () => patchBetween(repo, span.from, span.to);
  const found = await findingsOf(plan, view.route?.category ?? null, { span, readPatch, outside: [] });
  return [...found, ...findingsAround(plan, lastRun(view)?.verdict?.findings ?? [])];
}

const nothing: Landing = { commit: null, onto: null, landed: null };

// What git says of a working tree that was made just now proves nothing.
function checksOf(plan: Plan): Check[] {
  return checksIn(plan).filter((check) => check.kind !== 'clean');
}

function landingDir(world: World, plan: Plan): string {
  return join(runFiles(world.home, plan.task, plan.run).dir, 'landing');
}

/** Runs the task's checks where the result of the landing stands, as they ran in its worktree. */
async function checkResult(world: World, plan: Plan, dir: string, span: Span): Promise<CheckResult[]> {
  const runDir = landingDir(world, plan);
  fs.mkdirSync(runDir, { recursive: true, mode: 0o700 });
  await lendIgnored(plan.workplace.dir, dir);
  const scene = async () => ({
    root: dir,
    patch: await patchBetween(plan.workplace.repo, span.from, span.to),
    committed: true,
  });
  return await runChecks(checksOf(plan), {
    dir,
    runDir,
    env: plan.baseEnv,
    tag: `${runTag(world.store.homeId, plan.task, plan.run)}/landing`,
    timeoutSeconds: plan.limits.checkTimeoutSeconds,
    commit: span.to,
    scene,
  });
}

/** `known` checks did not pass before either, and the work was let through all the same. */
function refuseRed(
  view: TaskView,
  onto: string,
  checks: readonly CheckResult[],
  known: readonly string[],
  runDir: string,
): void {
  const red = checks.filter((check) => !check.passed && !known.includes(check.command));
  const first = red[0];
  if (first === undefined) return;
  const how = first.exit === null ? 'was stopped' : `exit ${first.exit}`;
  throw new OrchestraError(
    'refused',
    `${view.id} passed alone, and on top of ${onto} ${red.length} of ${checks.length} checks failed: ${first.command} (${how}).`,
    {
      hint: `Nothing was changed. What they said stands in ${runDir}. Have it mended: orchestra reply ${view.id} TEXT`,
    },
  );
}
