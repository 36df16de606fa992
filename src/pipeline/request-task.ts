import * as fs from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { Drafts, ensurePrivateDir, type WriteFile, writeAtomic } from '../base/files.ts';
import { redactor } from '../base/redact.ts';
import { oneLine } from '../base/text.ts';
import { nowIso } from '../base/time.ts';
import { freeName } from '../git/branch.ts';
import { gitDirOf, realPath } from '../git/layout.ts';
import type { StoredRequest } from '../model/event.ts';
import { type Home, keptEnvironment, type RunFiles, runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { Planned } from '../model/planned.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Route } from '../model/route.ts';
import { branchNameFor, makePlan, planWorkplace, type RepoFacts } from '../plan/plan.ts';
import { accountOf, environmentFor, writeEnvFile } from '../spawn/environment.ts';
import { keepEnvironment } from '../spawn/kept-environment.ts';
import { writeSecretMarks } from '../spawn/secret-marks.ts';
import { refuseMissingContext } from './context-files.ts';
import { decideRoute, type Settings, type ToolHere } from './decide-route.ts';
import { platformKey } from './platform.ts';
import { type Asker, lookAt, settingsOf } from './surroundings.ts';
import type { World } from './world.ts';

/** A task thought through, with nothing changed yet. */
export interface Proposal {
  request: StoredRequest;
  text: string;
  title: string;
  route: Route;
  tool: ToolHere;
  facts: RepoFacts;
  takenBranches: readonly string[];
  settings: Settings;
  home: Home;
  asker: Asker;
}

/** Routes a request and looks at its repository. Changes nothing. Throws `usage`, `config` or `unavailable`. */
export async function proposeTask(home: Home, request: TaskRequest, asker: Asker): Promise<Proposal> {
  const { task: text, ...rest } = request;
  const dir = isAbsolute(request.repo ?? '')
    ? (request.repo as string)
    : resolve(asker.cwd, request.repo ?? '.');
  const decided = (root: string | undefined) => {
    const settings = settingsOf(root, asker);
    return { settings, route: decideRoute(settings, home, request) };
  };
  const looking = lookAt(dir, asker);
  // While git looks: at the root of a repository, as usual, it is clear what it will say.
  const guess = gitDirOf(dir) === null ? undefined : realPath(dir);
  const early = guess === undefined ? undefined : attempt(() => decided(guess));
  const { where, state } = await looking;
  await refuseMissingContext(where, request);
  const root = where.kind === 'none' ? undefined : where.root;
  const { settings, route } = early !== undefined && root === guess ? early : decided(root);
  const tool = settings.tools.find((candidate) => candidate.profile.name === route.tool);
  if (tool === undefined) throw noToolInstalled(settings);
  const { dirty, branches } = await state;
  const parent = asker.env.ORCHESTRA_TASK;
  const proposal: Proposal = {
    request: {
      ...rest,
      repo: dir,
      parent: parent !== undefined && /^task-\d+$/.test(parent) ? parent : null,
    },
    text,
    // Before it is cut: half a key is not known for one any more.
    title: oneLine(redactor()(text), 100),
    route,
    tool,
    facts: { ...where, dirty },
    takenBranches: branches,
    settings,
    home,
    asker,
  };
  planFor(proposal, 'task-1', '');
  return proposal;
}

/** What `work` gives; nothing when it throws, since it is done once more where that is to be told. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function noToolInstalled({ tools }: Settings): OrchestraError {
  const platform = platformKey();
  const hints = tools
    .filter(({ profile, binary }) => profile.automatic && binary === null)
    .flatMap(({ profile }) => {
      const hint = profile.install[platform] ?? profile.install.any;
      return hint === undefined ? [] : [`  ${profile.title ?? profile.name}: ${hint}`];
    });
  return new OrchestraError('unavailable', 'No coding agent that Orchestra could use is installed.', {
    hint: ['install one:', ...hints, '  or see it work without any: orchestra demo'].join('\n'),
  });
}

/** The plan that a proposal comes to as this task. */
export function planFor(proposal: Proposal, task: string, homeId: string): Plan {
  const { request, facts, home, tool } = proposal;
  const branch = freeName(branchNameFor(task, proposal.title), proposal.takenBranches);
  const workplace = planWorkplace(home, facts, request.worktree ?? true, task, branch);
  return makePlan({
    task,
    run: 1,
    request,
    tool,
    model: proposal.route.model,
    session: null,
    config: proposal.settings.loaded.config,
    workplace,
    category: proposal.route.category,
    policy: proposal.settings.policy,
    attempt: 1,
    ...environmentParts(homeId, proposal.asker.env, tool, proposal.settings.loaded.config.env),
  });
}

/** The names of the variables an agent gets, the harmless ones among them that checks get too, and its account. */
export function environmentParts(
  homeId: string,
  env: Record<string, string | undefined>,
  tool: ToolHere,
  more: readonly string[],
): { envNames: string[]; baseEnv: Record<string, string>; account: string } {
  const all = environmentFor({ callerEnv: env, allow: [...tool.profile.env, ...more] });
  const baseEnv = environmentFor({ callerEnv: env, allow: [] });
  return { envNames: Object.keys(all).sort(), baseEnv, account: accountOf(homeId, all) };
}

/** Keeps what the task's tool and its fallbacks may see, and what configuration is read from, until the task is over. */
export function keepCallerEnvironment(
  home: Home,
  task: string,
  env: Record<string, string | undefined>,
  settings: Settings,
  route: Route | undefined,
  write: WriteFile = writeAtomic,
): void {
  const names = [route?.tool, ...(route?.fallbacks ?? [])];
  const tools = settings.tools.filter(({ profile }) => names.includes(profile.name));
  const allow = [
    ...tools.flatMap(({ profile }) => profile.env),
    ...settings.loaded.config.env,
    'XDG_CONFIG_HOME',
    'ORCHESTRA_*',
  ];
  keepEnvironment(keptEnvironment(home, task), environmentFor({ callerEnv: env, allow }), write);
}

/** A task that is there, and what its first run is to do. */
export interface StoredTask {
  task: string;
  plan: Plan;
}

/**
 * Stores the tasks that `work` hands over one by one, each with its first plan and its run folder: all of them or none,
 * with one wait for the disk. `work` must not wait for anything, and the tasks are there when it is all over.
 */
export function storeTasks<Result>(
  world: World,
  work: (store: (proposal: Proposal) => StoredTask) => Result,
): Result {
  return world.store.exclusively(() => {
    const drafts = new Drafts();
    const begun: string[] = [];
    try {
      const result = work((proposal) => storeTask(world, proposal, drafts.add, begun));
      drafts.finish();
      return result;
    } catch (error) {
      drafts.drop();
      for (const task of begun) fs.rmSync(join(world.home.runs, task), { recursive: true, force: true });
      throw error;
    }
  });
}

function storeTask(world: World, proposal: Proposal, write: WriteFile, begun: string[]): StoredTask {
  const { title, request, route, facts, text, asker, settings } = proposal;
  let plan: Plan | undefined;
  const { task } = world.store.createTask({ title, repo: facts.root, text, request }, (id) => {
    plan = planFor(proposal, id, world.store.homeId);
    begun.push(id);
    const told = { title, request, route, repo: facts.root };
    writeRunFolder(world, plan, text, asker.env, { told, write });
    keepCallerEnvironment(world.home, id, asker.env, settings, route, write);
    return [
      { run: 0, body: { type: 'routed', route } },
      { run: 1, body: { type: 'planned', plan } },
    ];
  });
  if (plan === undefined) throw new OrchestraError('internal', `${task} was stored without a plan.`);
  return { task, plan };
}

/**
 * Writes what a run is started from: the prompt, byte for byte, and the environment, readable by this user alone; and
 * the plan, with what is `told` of the task, from which a lost database is restored. `spentUsd` is what earlier runs
 * have taken of the task's budget.
 */
export function writeRunFolder(
  world: World,
  plan: Plan,
  prompt: string,
  env: Record<string, string | undefined>,
  more: { spentUsd?: number; told?: Partial<Planned>; write?: WriteFile } = {},
): void {
  const { spentUsd = 0, told = {}, write = writeAtomic } = more;
  const files = runFiles(world.home, plan.task, plan.run);
  const tag = runTag(world.store.homeId, plan.task, plan.run);
  ensurePrivateDir(files.dir);
  // Read only when the database is lost, and then checked: not worth a wait for the disk.
  fs.writeFileSync(files.plan, JSON.stringify({ plan, tag, at: nowIso(), ...told }), { mode: 0o600 });
  // A resumed session has been told before.
  write(files.prompt, plan.session === null ? prompt + (plan.brief ?? '') : prompt);
  const allowed = Object.fromEntries(
    plan.envNames.map((name) => [name, env[name] ?? plan.baseEnv[name] ?? '']),
  );
  writeSecretMarks(files.dir, allowed, write);
  writeEnvFile(files.env, { ...allowed, ...runVariables(world, plan, files, spentUsd) }, write);
}

function runVariables(world: World, plan: Plan, files: RunFiles, spentUsd: number): Record<string, string> {
  const { budgetUsd } = plan.limits;
  return {
    ORCHESTRA_HOME: world.home.root,
    ORCHESTRA_RUN: runTag(world.store.homeId, plan.task, plan.run),
    ORCHESTRA_RUN_DIR: files.dir,
    ORCHESTRA_TASK: plan.task,
    ORCHESTRA_PROMPT_FILE: files.prompt,
    ORCHESTRA_ACCESS: plan.access,
    ORCHESTRA_MODEL: plan.model ?? '',
    ORCHESTRA_SESSION: plan.session ?? '',
    ORCHESTRA_BUDGET_USD: budgetUsd === null ? '' : (budgetUsd - spentUsd).toFixed(6),
  };
}
