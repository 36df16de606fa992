import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import { userFolder } from '../config/layers.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { loadPolicy } from '../config/load-policy.ts';
import { loadPrices } from '../config/load-prices.ts';
import { loadRouting } from '../config/load-routing.ts';
import { testCommandOf } from '../config/test-command.ts';
import { repoTraits } from '../git/traits.ts';
import type { Home } from '../model/home.ts';
import type { Policy } from '../model/policy.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Route } from '../model/route.ts';
import { whichBinary } from '../profiles/installed.ts';
import {
  type LoadedProfile,
  type LoadedProfiles,
  loadProfiles,
  type ToolFolders,
} from '../profiles/load-profiles.ts';
import { decide } from '../route/decide.ts';
import { estimator } from '../route/estimate.ts';
import type { Learning } from '../route/outcomes.ts';
import { standingOf } from '../route/standing.ts';
import { budgetsLeft } from './budget-left.ts';
import { readLearned } from './learned.ts';
import { platformKey } from './platform.ts';

type Environment = Record<string, string | undefined>;

/** A profile with where its program is, or null. */
export type ToolHere = LoadedProfile & { binary: string | null };

/** Everything that decides where a task goes. */
export interface Settings {
  loaded: LoadedConfig;
  routing: ReturnType<typeof loadRouting>['routing'];
  scorer: ReturnType<typeof loadRouting>['scorer'];
  /** What the repository is made of. */
  traits: string[];
  tools: ToolHere[];
  problems: LoadedProfiles['problems'];
  policy: Policy;
}

/** Reads configuration, rules and profiles, and looks for the tools on the caller's PATH. Throws `config`. */
export function gatherSettings(
  env: Environment,
  repoRoot: string | undefined,
  flags: Record<string, unknown> = {},
): Settings {
  const loaded = loadConfig({ env, repoRoot, flags });
  if (loaded.config.tests === '' && repoRoot !== undefined) loaded.config.tests = testCommandOf(repoRoot);
  const { routing, scorer } = loadRouting({ env, repoRoot });
  const { policy, untrusted } = loadPolicy({ env, repoRoot });
  loaded.untrusted.push(...untrusted);
  // Read again where a run is priced; what is wrong in it is told here.
  loadPrices(env);
  const { tools, problems } = findTools(env);
  const traits = repoRoot === undefined ? [] : repoTraits(repoRoot);
  return { loaded, routing, scorer, traits, tools, problems, policy };
}

/** Every profile, with its program on the caller's PATH. */
export function findTools(env: Environment): { tools: ToolHere[]; problems: LoadedProfiles['problems'] } {
  const { profiles, problems } = loadProfiles(toolFolders(env));
  return {
    tools: profiles.map((tool) => ({ ...tool, binary: whichBinary(tool.profile, tool.dir, env.PATH) })),
    problems,
  };
}

/** Where tools lie: the package's, and the user's own. */
export function toolFolders(env: Environment): ToolFolders {
  const user = userFolder(env);
  return {
    shipped: join(packageRoot(), 'tools'),
    user: user === undefined ? undefined : join(user, 'tools'),
  };
}

/** The route of a task. `route.tool` is null when no tool that fits is installed. Throws `usage` or `unavailable`. */
export function decideRoute(settings: Settings, home: Home, request: TaskRequest): Route {
  const { cells } = learnedFor(settings, home);
  return decide({
    request,
    routing: settings.routing,
    scorer: settings.scorer,
    context: {
      labels: request.labels ?? [],
      repo: settings.traits,
      criteria: request.criteria?.length ?? 0,
    },
    tools: settings.tools.map(({ profile, binary }) => ({ profile, installed: binary !== null })),
    estimate: estimator(
      cells,
      settings.tools.map(({ profile }) => profile),
    ),
    learned: settings.loaded.config.learning === 'on' ? cells : undefined,
    left: leftFor(settings, home),
    platform: platformKey(),
  });
}

/** How the tools that could take a task have done at its category and tier here; empty when learning is off. */
export function standingsFor(settings: Settings, home: Home, route: Route): NonNullable<Route['standings']> {
  if (settings.loaded.config.learning === 'off') return [];
  const { cells } = learnedFor(settings, home);
  return [route.tool, ...route.fallbacks].flatMap((tool) => {
    if (tool === null) return [];
    const { good, bad, mean } = standingOf(cells, route.category, route.tier, tool);
    return [{ tool, good, bad, expected: Math.round(mean * 1000) / 1000 }];
  });
}

const lefts = new WeakMap<Settings, { left: ReturnType<typeof budgetsLeft> }>();

function leftFor(settings: Settings, home: Home): ReturnType<typeof budgetsLeft> {
  const names = settings.tools.map(({ profile }) => profile.name);
  const known = lefts.get(settings) ?? { left: budgetsLeft(home, settings.loaded.config, names) };
  lefts.set(settings, known);
  return known.left;
}

const learnings = new WeakMap<Settings, Learning>();

// A batch decides many tasks by the same settings.
function learnedFor(settings: Settings, home: Home): Learning {
  const learning = learnings.get(settings) ?? readLearned(home);
  learnings.set(settings, learning);
  return learning;
}
