import { OrchestraError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Profile } from '../model/profile.ts';
import { noEstimate, type Route } from '../model/route.ts';
import { type Choice, chooseTool } from './choose.ts';
import { classify, type Kind } from './classify.ts';
import { sentence, toldEvidence } from './explain.ts';
import type { Question } from './question.ts';

/**
 * The route of a task. Its patterns must be valid; they are compiled once for each routing. `tool` is null when none
 * that may be chosen is installed. Throws `usage` for a `--tool` that is not known, `unavailable` for one that is not
 * installed.
 */
export function decide(question: Question): Route {
  const { request } = question;
  const kind = classify(request.task, question, request);
  const own = chooseTool(question, kind);
  const choice = request.tool === undefined ? own : namedTool(request.tool, question);
  const model = request.model ?? choice.tool?.models[kind.tier] ?? null;
  const tool = choice.tool?.name ?? null;
  const evidence = toldEvidence(kind);
  return {
    schema: 'orchestra.route/1',
    category: kind.category,
    tier: kind.tier,
    tool,
    model,
    rule: request.tool === undefined ? kind.categoryBy : '--tool',
    confidence: request.tool === undefined ? kind.confidence : 1,
    confident: request.tool === undefined ? kind.confident : true,
    fallbacks: choice.fallbacks,
    estimate:
      (tool === null ? undefined : question.estimate?.(kind.category, kind.tier, tool, model)) ?? noEstimate,
    why: sentence(kind, choice, request),
    passed: choice.passed,
    ...(evidence.length === 0 ? {} : { evidence }),
    ...(kind.others.length === 0 ? {} : { others: kind.others }),
    ...unforced(question, kind, own),
  };
}

/** What would have been without flags; nothing when none was given. */
function unforced(question: Question, kind: Kind, own: Choice): Pick<Route, 'unforced'> {
  const { tool, tier, category } = question.request;
  if (tool === undefined && tier === undefined && category === undefined) return {};
  const free =
    tier === undefined && category === undefined ? kind : classify(question.request.task, question);
  const choice = free === kind ? own : chooseTool(question, free);
  return {
    unforced: {
      category: free.category,
      tier: free.tier,
      tool: choice.tool?.name ?? null,
      rule: free.categoryBy,
    },
  };
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
    throw new OrchestraError('unavailable', `${tool.profile.title ?? name} is not installed.`, {
      hint: installHint(tool.profile, platform),
    });
  }
  const others = tools.map(({ profile }) => profile.name).filter((other) => other !== name);
  return {
    tool: tool.profile,
    fallbacks: [],
    passed: others.map((other) => ({ tool: other, why: `--tool names ${name}` })),
    by: '--tool',
  };
}

function installHint({ install, binary }: Profile, platform: string): string {
  const command = install[platform] ?? install.any;
  return command === undefined ? `Put its program "${binary}" on the PATH.` : `Install it: ${command}`;
}
