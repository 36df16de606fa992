import type { Profile } from '../model/profile.ts';
import type { Route } from '../model/route.ts';
import type { Kind } from './classify.ts';
import type { Question } from './question.ts';
import { noProfile, notInstalled, obstacleOf, rankTools, type ToolState } from './rank.ts';
import { preferred, type Standing, standingOf } from './standing.ts';

/** The tool for a task. `by` is why it comes first, as the end of a sentence that begins with its name. */
export interface Choice {
  tool: Profile | null;
  fallbacks: string[];
  passed: Route['passed'];
  by: string;
}

/**
 * The first tool of the order that can be taken: the order of the rules, of the default when the category is not sure;
 * behind it what the budget would not last for; before it what has clearly done better here.
 */
export function chooseTool(question: Question, kind: Kind): Choice {
  const { routing, tools, learned } = question;
  const ranking = rankTools(routing, kind.category, kind.tier, tools, { safe: !kind.confident });
  const byName = new Map(tools.map((tool) => [tool.profile.name, tool]));
  const dear = dearTools(question, kind, ranking.names, byName);
  const names = [
    ...ranking.names.filter((name) => !dear.has(name)),
    ...ranking.names.filter((name) => dear.has(name)),
  ];
  const open = names.filter((name) => obstacleOf(byName.get(name)) === undefined);
  const standings =
    learned === undefined || !kind.confident
      ? []
      : open
          .filter((name) => !dear.has(name))
          .map((name) => standingOf(learned, kind.category, kind.tier, name));
  const history = preferred(standings);
  const first = history?.tool ?? open[0];
  const choice: Choice = { tool: null, fallbacks: [], passed: [], by: '' };
  for (const name of names) {
    const tool = byName.get(name);
    const obstacle = obstacleOf(tool);
    if (name === first && tool !== undefined) {
      choice.tool = tool.profile;
      continue;
    }
    if (obstacle === undefined) choice.fallbacks.push(name);
    // A name without a profile matters only where it would have been taken.
    if (tool === undefined && choice.tool !== null) continue;
    choice.passed.push({
      tool: name,
      why: obstacle ?? dear.get(name) ?? after(name, first, history, standings),
    });
  }
  choice.by = reason(choice, kind, ranking.rule, history?.why, beyondBudget(ranking.names, byName, dear));
  return choice;
}

/** Those among the dear tools that could have been taken and come before all others that could. */
function beyondBudget(
  names: readonly string[],
  byName: ReadonlyMap<string, ToolState>,
  dear: ReadonlyMap<string, string>,
): [string, string][] {
  const open = names.filter((name) => obstacleOf(byName.get(name)) === undefined);
  const enough = open.findIndex((name) => !dear.has(name));
  return open.slice(0, enough < 0 ? open.length : enough).map((name) => [name, dear.get(name) ?? '']);
}

function after(
  name: string,
  first: string | undefined,
  history: { why: string } | undefined,
  standings: readonly Standing[],
): string {
  if (history !== undefined && standings[0]?.tool === name) return `${first} ${history.why}`;
  return `comes after ${first}`;
}

function reason(
  choice: Choice,
  kind: Kind,
  rule: string,
  history: string | undefined,
  beyond: readonly [string, string][],
): string {
  const own = beyond.find(([name]) => name === choice.tool?.name);
  const although = own === undefined ? '' : `, although it ${own[1]}`;
  if (history !== undefined) return history;
  const missing = choice.passed.some(({ why }) => why === notInstalled || why === noProfile);
  const limits = [missing ? ' installed' : '', beyond.length > 0 && !own ? ' within the budget' : ''];
  const which = limits.filter((limit) => limit !== '').join(' and');
  const among = which === '' ? '' : ` among the tools${which}`;
  if (!kind.confident) return `is the safe default${among}${although}`;
  return `is the first choice for that${rule === 'default' ? '' : ` (rule ${rule})`}${among}${although}`;
}

/** The tools for which there is not enough money, each with why, as the end of a sentence. */
function dearTools(
  { request, estimate, left }: Question,
  kind: Kind,
  names: readonly string[],
  byName: ReadonlyMap<string, ToolState>,
): Map<string, string> {
  const { budget } = request;
  return new Map(
    names.flatMap((name): [string, string][] => {
      const profile = byName.get(name)?.profile;
      if (profile === undefined) return [];
      const model = request.model ?? profile.models[kind.tier] ?? null;
      const usd = estimate?.(kind.category, kind.tier, name, model).usd ?? null;
      const takes = `takes about $${usd?.toFixed(2)}`;
      if (usd !== null && budget !== undefined && usd > budget)
        return [[name, `${takes}, over the budget of $${budget}`]];
      const rest = left?.get(name);
      if (rest === undefined) return [];
      if (rest.usd <= 0) return [[name, `has nothing left: ${rest.name} is used up`]];
      const lacking = usd !== null && usd > rest.usd;
      return lacking ? [[name, `${takes}, and ${rest.name} has $${rest.usd.toFixed(2)} left`]] : [];
    }),
  );
}
