import { messageOf } from '../base/errors.ts';
import { loadConfig } from '../config/load-config.ts';
import { loadPrices } from '../config/load-prices.ts';
import { loadRouting } from '../config/load-routing.ts';
import { findTools, type ToolHere } from '../pipeline/decide-route.ts';
import { platformKey } from '../pipeline/platform.ts';
import { probeVersion } from '../profiles/probe-version.ts';
import { type Check, ok, problem, problemFrom, warning } from './doctor-check.ts';

type Environment = Record<string, string | undefined>;

/** Whether configuration and rules are valid, as seen from a repository or from none. */
export function checkSettings(env: Environment, repoRoot: string | undefined): Check[] {
  return [checkConfig(env, repoRoot), checkRoutes(env, repoRoot), checkPrices(env)];
}

function checkConfig(env: Environment, repoRoot: string | undefined): Check {
  try {
    const { untrusted, hint } = loadConfig({ env, repoRoot });
    if (untrusted.length === 0) return ok('config', 'valid');
    return warning('config', `valid, but not trusted and so left out: ${untrusted.join(', ')}`, hint ?? null);
  } catch (error) {
    return problemFrom('config', error);
  }
}

function checkRoutes(env: Environment, repoRoot: string | undefined): Check {
  try {
    const { routing } = loadRouting({ env, repoRoot });
    return ok(
      'routes',
      `valid, ${routing.categories.length + routing.tiers.length + routing.tools.length} rules`,
    );
  } catch (error) {
    return problemFrom('routes', error);
  }
}

function checkPrices(env: Environment): Check {
  try {
    const models = loadPrices(env).reduce((sum, { rows }) => sum + Object.keys(rows).length, 0);
    return ok('prices', models === 0 ? 'valid, those of the public list' : `valid, ${models} of your own`);
  } catch (error) {
    return problemFrom('prices', error);
  }
}

/** Each tool: there, and of a version that is supported. */
export async function checkTools(env: Environment): Promise<Check[]> {
  try {
    const { tools, problems } = findTools(env);
    const broken = problems.map(({ tool, message, hint }) =>
      problem(`tool ${tool}`, message.replace(/\.$/, ''), hint ?? null),
    );
    return [...(await Promise.all(tools.map(checkTool))), ...broken, ...checkAnyTool(tools)];
  } catch (error) {
    return [problem('tools', messageOf(error), null)];
  }
}

async function checkTool(tool: ToolHere): Promise<Check> {
  const { profile, binary } = tool;
  const name = `tool ${profile.name}`;
  const found = await probeVersion(profile, binary);
  const install = installOf(tool);
  if (!found.installed) return { ...ok(name, 'not installed'), remedy: install };
  if (found.problem !== null) return warning(name, found.problem, install);
  const version = found.version ?? 'of unknown version';
  if (found.supported !== false) return ok(name, version);
  return warning(
    name,
    `${version} is not supported, ${profile.version?.range} is; it may work all the same`,
    install,
  );
}

function installOf({ profile }: ToolHere): string | null {
  return profile.install[platformKey()] ?? profile.install.any ?? null;
}

// A tool that is never chosen by itself is no help for a task.
function checkAnyTool(tools: readonly ToolHere[]): Check[] {
  if (tools.some((tool) => tool.profile.automatic && tool.binary !== null)) return [];
  return [
    problem(
      'tools',
      'no coding agent is installed',
      'Install one of those above, or see it work without any: orchestra demo',
    ),
  ];
}
