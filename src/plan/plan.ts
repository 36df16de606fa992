import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { slugOf } from '../base/text.ts';
import { parseDuration } from '../base/time.ts';
import { checkLabel } from '../model/check.ts';
import type { Config } from '../model/config.ts';
import type { StoredRequest } from '../model/event.ts';
import type { Home } from '../model/home.ts';
import type { Plan, Workplace } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Profile } from '../model/profile.ts';
import type { Category } from '../model/words.ts';
import { briefOf } from './brief.ts';
import { listChecks } from './check-list.ts';
import { noticeOf } from './notice.ts';

/** What git says of the folder a task was given in. */
export interface RepoFacts {
  kind: 'none' | 'bare' | 'empty' | 'repo';
  root: string;
  /** The git folder that all worktrees of the repository share. */
  commonDir: string;
  head: { branch: string | null; commit: string } | null;
  dirty: boolean | null;
  subdir: string;
  hasSubmodules: boolean;
}

/** Everything a plan is made of, gathered beforehand. */
export interface PlanInput {
  task: string;
  run: number;
  request: StoredRequest;
  tool: { profile: Profile; dir: string };
  model: string | null;
  session: string | null;
  config: Config;
  workplace: Workplace;
  envNames: string[];
  baseEnv: Record<string, string>;
  attempt: number;
  account: string;
  /** Where the task was routed to; chooses the checks of its category. */
  category: Category;
  policy: Policy;
}

/** The branch name a task would like to have. */
export function branchNameFor(task: string, title: string): string {
  const slug = slugOf(title);
  return slug === '' ? `orchestra/${task}` : `orchestra/${task}-${slug}`;
}

/**
 * Where the first run of a task works. Throws `usage` where a worktree is wanted and impossible, so that the user's
 * own working tree is only used when the user says so or there is no git.
 */
export function planWorkplace(
  home: Home,
  facts: RepoFacts,
  worktree: boolean,
  task: string,
  branch: string,
): Workplace {
  if (facts.kind === 'none') {
    return inPlace(facts, ['Not a git repository: it works in place and there is nothing to approve.']);
  }
  if (!worktree)
    return inPlace(facts, ['Without a worktree: it works in place and there is nothing to approve.']);
  if (facts.kind === 'bare') {
    throw new OrchestraError('usage', `${facts.root} is a bare repository.`, {
      hint: 'Clone it, and give the task in the clone.',
    });
  }
  if (facts.kind === 'empty' || facts.head === null) {
    throw new OrchestraError(
      'usage',
      `The repository ${facts.root} has no commits yet, so there is nothing to branch from.`,
      {
        hint: 'Make a first commit (git commit --allow-empty -m start), or pass --no-worktree to work in place.',
      },
    );
  }
  const repo = mainRootOf(facts);
  return {
    repo,
    dir: join(home.worktrees, slugOf(basename(repo)) || 'repo', task),
    worktree: true,
    branch,
    base: facts.head,
    subdir: facts.subdir,
    notes: worktreeNotes(facts),
  };
}

// A task given inside a worktree, as an agent does, must outlive that worktree.
function mainRootOf(facts: RepoFacts): string {
  return basename(facts.commonDir) === '.git' ? dirname(facts.commonDir) : facts.root;
}

function inPlace(facts: RepoFacts, notes: string[]): Workplace {
  const dir = join(facts.root, facts.subdir);
  return {
    repo: facts.root,
    dir,
    worktree: false,
    branch: null,
    base: facts.head,
    subdir: facts.subdir,
    notes,
  };
}

function worktreeNotes(facts: RepoFacts): string[] {
  const notes: string[] = [];
  if (facts.dirty)
    notes.push('Uncommitted changes stay where they are; the task starts from the last commit.');
  if (facts.head?.branch === null) notes.push('HEAD is detached: approve will need --onto BRANCH.');
  if (facts.hasSubmodules) notes.push('Submodules are not checked out in the worktree.');
  return notes;
}

/** The plan of one run. Pure: the same input gives the same plan. */
export function makePlan(input: PlanInput): Plan {
  const { request, config, tool, workplace } = input;
  const { checks, notes } = listChecks(config, request, input.category);
  const plan: Plan = {
    task: input.task,
    run: input.run,
    tool: tool.profile.name,
    format: tool.profile.format,
    model: input.model,
    access: request.access ?? config.access,
    session: input.session,
    toolDir: tool.dir,
    argv: ['bash', join(tool.dir, 'run.sh')],
    envNames: input.envNames,
    baseEnv: input.baseEnv,
    workplace,
    limits: {
      timeoutSeconds: request.timeout === undefined ? config.timeout : parseDuration(request.timeout) / 1000,
      budgetUsd: request.budget ?? null,
      graceSeconds: config.grace,
      checkTimeoutSeconds: config.checkTimeout,
      toolParallel: tool.profile.limits.parallel ?? null,
      attempts: request.attempts ?? config.attempts,
      stallSeconds: config.stall,
      unpricedTokens: config.unpricedTokens,
    },
    checks: checks.map(checkLabel),
    checkList: checks,
    policy: input.policy,
    brief: briefOf(request),
    autoApprove: request.autoApprove ?? false,
    attempt: input.attempt,
    account: input.account,
    notice: noticeOf(tool.profile, request.access ?? config.access),
    steps: [],
  };
  plan.steps = [...stepsOf(plan), ...notes];
  return plan;
}

function stepsOf(plan: Plan): string[] {
  const { workplace } = plan;
  const from = workplace.base?.branch ?? workplace.base?.commit.slice(0, 12);
  return [
    workplace.worktree
      ? `make the worktree ${workplace.dir} on branch ${workplace.branch}, from ${from}`
      : `work in place in ${workplace.dir}`,
    `${plan.session === null ? 'run' : 'resume'} ${plan.tool}${plan.model ? ` with ${plan.model}` : ''}, access ${plan.access}`,
    ...plan.checks.map((check) => `check: ${check}`),
    workplace.worktree ? (plan.autoApprove ? `land on ${from}` : 'wait for approve') : 'nothing to approve',
  ];
}
