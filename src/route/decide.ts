import { OrchestraError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Profile } from '../model/profile.ts';
import type { TaskRequest } from '../model/request.ts';
import { type Estimate, noEstimate, type Route } from '../model/route.ts';
import type { Routing } from '../model/routing.ts';
import type { Category, Tier } from '../model/words.ts';
import { classify, type Kind } from './classify.ts';
import { obstacleOf, type Ranking, rankTools, type ToolState } from './rank.ts';

/** What a decision rests on. */
export interface Question {
  request: Pick<TaskRequest, 'task' | 'tool' | 'model' | 'tier' | 'category'>;
  /** Its patterns must be valid; they are compiled once for each object. */
  routing: Routing;
  tools: readonly ToolState[];
  estimate?: (category: Category, tier: Tier, tool: string, model: string | null) => Estimate;
  /** Key of `install` in a profile, such as `debian`; `any` is the fallback. */
  platform: string;
}

interface Choice {
  tool: Profile | null;
  fallbacks: string[];
  passed: Route['passed'];
}

/**
 * The route of a task. `tool` is null when none that may be chosen is installed. Throws `usage` for a `--tool` that is
 * not known, `unavailable` for one that is not installed.
 */
export function decide(question: Question): Route {
  const { request, routing, tools } = question;
  const kind = classify(request.task, routing, request);
  const ranking = rankTools(routing, kind.category, kind.tier, tools);
  const choice = request.tool === undefined ? bestOf(ranking, tools) : namedTool(request.tool, question);
  const model = request.model ?? choice.tool?.models[kind.tier] ?? null;
  const tool = choice.tool?.name ?? null;
  return {
    schema: 'orchestra.route/1',
    category: kind.category,
    tier: kind.tier,
    tool,
    model,
    rule: request.tool === undefined ? kind.categoryBy : '--tool',
    confidence: request.tool === undefined ? kind.confidence : 1,
    fallbacks: choice.fallbacks,
    estimate:
      (tool === null ? undefined : question.estimate?.(kind.category, kind.tier, tool, model)) ?? noEstimate,
    why: sentence(kind, ranking, choice, request),
    passed: choice.passed,
  };
}

function bestOf(ranking: Ranking, tools: readonly ToolState[]): Choice {
  const byName = new Map(tools.map((tool) => [tool.profile.name, tool]));
  const choice: Choice = { tool: null, fallbacks: [], passed: [] };
  for (const name of ranking.names) {
    const tool = byName.get(name);
    const obstacle = obstacleOf(tool);
    if (obstacle === undefined && tool !== undefined) {
      if (choice.tool === null) {
        choice.tool = tool.profile;
        continue;
      }
      choice.fallbacks.push(name);
    }
    // A name without a profile matters only where it would have been taken.
    if (tool === undefined && choice.tool !== null) continue;
    choice.passed.push({ tool: name, why: obstacle ?? `comes after ${choice.tool?.name}` });
  }
  return choice;
}

// No fallbacks: who names a tool does not want another.
function namedTool(name: string, { tools, platform }: Question): Choice {
  const tool = tools.find(({ profile }) => profile.name === name);
  if (tool === undefined) {
    const known = tools.map(({ profile }) => profile.name).sort();
    throw new OrchestraError('usage', `There is no tool called "${oneLine(name)}".`, {
      hint: known.length === 0 ? 'No tool profile was found.' : `The tools are ${known.join(', ')}.`,
    });
  }
  if (!tool.installed) {
    const install = tool.profile.install[platform] ?? tool.profile.install.any;
    throw new OrchestraError('unavailable', `${tool.profile.title ?? name} is not installed.`, {
      hint:
        install === undefined
          ? `Put its program "${tool.profile.binary}" on the PATH.`
          : `Install it: ${install}`,
    });
  }
  const others = tools.map(({ profile }) => profile.name).filter((other) => other !== name);
  return {
    tool: tool.profile,
    fallbacks: [],
    passed: others.map((other) => ({ tool: other, why: `--tool names ${name}` })),
  };
}

function sentence(kind: Kind, ranking: Ranking, choice: Choice, request: Question['request']): string {
  return `${categoryWords(kind)}, ${tierWords(kind)}; ${toolWords(ranking, choice, request)}.`;
}

function categoryWords({ category, categoryBy, words }: Kind): string {
  if (categoryBy === '--category') return `--category says ${category}`;
  if (categoryBy === 'default') return `No rule matches the text, so it is taken as ${category}`;
  return words
    ? `"${oneLine(words, 40)}" reads as ${category} (rule ${categoryBy})`
    : `Rule ${categoryBy} makes it ${category}`;
}

function tierWords({ tier, tierBy, categoryBy }: Kind): string {
  if (tierBy === 'default') return `${tier} by default`;
  return tierBy === categoryBy ? tier : `${tier} (${tierBy === '--tier' ? tierBy : `rule ${tierBy}`})`;
}

function toolWords(ranking: Ranking, choice: Choice, request: Question['request']): string {
  if (choice.tool === null) return 'no tool that may be chosen for that is installed';
  const name = choice.tool.name;
  const model = request.model === undefined ? '' : ` with the model of --model`;
  if (request.tool !== undefined) return `${name} was asked for with --tool${model}`;
  const before = choice.passed.some(
    ({ why }) => !why.startsWith('comes after') && why !== 'taken only when asked for with --tool',
  );
  const by = ranking.rule === 'default' ? '' : ` (rule ${ranking.rule})`;
  return `${name} is the first choice for that${by}${before ? ' among the tools installed' : ''}${model}`;
}
