import type { Profile } from '../model/profile.ts';
import type { Route } from '../model/route.ts';
import type { Kind } from './classify.ts';
import type { Question } from './question.ts';
import { obstacleOf, rankTools, type ToolState } from './rank.ts';
import { preferred, type Standing, standingOf } from './standing.ts';

/** The tool for a task. `by` is why it comes first, as the end of a sentence that begins with its name. */
export interface Choice {
  tool: Profile | null;
  fallbacks: string[];
  passed: Route['passed'];
  by: string;
}

/** Said of a tool that the router never takes by itself. */
export const onlyNamed = 'taken only when asked for with --tool';

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
  choice.by = reason(choice, kind, ranking.rule, history?.why);
  return choice;
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

function reason(choice: Choice, kind: Kind, rule: string, history: string | undefined): string {
  if (history !== undefined) return history;
  const skipped = choice.passed.some(({ why }) => !why.startsWith('comes after') && why !== onlyNamed);
  const among = skipped ? ' among the tools installed' : '';
  if (!kind.confident) return `is the safe default${among}`;
  return `is the first choice for that${rule === 'default' ? '' : ` (rule ${rule})`}${among}`;
}

/** The tools that would probably cost more than the task may, each with why. */
function dearTools(
  { request, estimate }: Question,
  kind: Kind,
  names: readonly string[],
  byName: ReadonlyMap<string, ToolState>,
): Map<string, string> {
  const { budget } = request;
  if (budget === undefined || estimate === undefined) return new Map();
  return new Map(
    names.flatMap((name) => {
      const profile = byName.get(name)?.profile;
      if (profile === undefined) return [];
      const { usd } = estimate(
        kind.category,
        kind.tier,
        name,
        request.model ?? profile.models[kind.tier] ?? null,
      );
      return usd !== null && usd > budget
        ? [[name, `takes about $${usd.toFixed(2)}, over the budget of $${budget}`]]
        : [];
    }),
  );
}
