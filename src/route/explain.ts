import { oneLine } from '../base/text.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Route } from '../model/route.ts';
import type { Choice } from './choose.ts';
import type { Kind } from './classify.ts';
import type { Evidence } from './score.ts';

/** Findings that are told. */
const told = 8;

/** Words that weigh something and that nobody would take for a reason. */
const sayNothing = /^"(#|an?|and|at|by|for|from|in|is|it|of|on|or|the|to|when|with)"/;

type Flags = Pick<TaskRequest, 'tool' | 'model'>;

/** The decision as one sentence. */
export function sentence(kind: Kind, choice: Choice, request: Flags): string {
  return `${categoryWords(kind)}, ${tierWords(kind)}; ${toolWords(choice, request)}.`;
}

function categoryWords(kind: Kind): string {
  const { category, categoryBy, words, confident } = kind;
  if (categoryBy === '--category') return `--category says ${category}`;
  if (categoryBy === 'default') return `No rule matches the text, so it is taken as ${category}`;
  const verb = confident ? 'reads' : 'may read';
  const doubt = confident ? '' : `, low confidence (${Math.round(kind.confidence * 100)} %)`;
  if (categoryBy === 'scorer') {
    const moved = toldEvidence(kind)
      .filter(({ what, weight }) => what.startsWith('"') && weight > 0 && !sayNothing.test(what))
      .slice(0, 2)
      .map(({ what }) => what);
    if (moved.length === 0) return `The shape of the text ${verb} as ${category} (scorer)${doubt}`;
    const plural = moved.length > 1 && confident ? 'read' : verb;
    return `${moved.join(' and ')} ${plural} as ${category} (scorer)${doubt}`;
  }
  const by = `(rule ${categoryBy})${doubt}`;
  return words
    ? `"${oneLine(words, 40)}" ${verb} as ${category} ${by}`
    : `Rule ${categoryBy} makes it ${category}${doubt}`;
}

function tierWords({ tier, tierBy, categoryBy }: Kind): string {
  if (tierBy === 'default') return `${tier} by default`;
  if (tierBy === categoryBy) return tier;
  return `${tier} (${tierBy === '--tier' || tierBy === 'scorer' ? tierBy : `rule ${tierBy}`})`;
}

function toolWords(choice: Choice, request: Flags): string {
  if (choice.tool === null) return 'no tool that may be chosen for that is installed';
  const name = choice.tool.name;
  const model = request.model === undefined ? '' : ` with the model of --model`;
  if (request.tool !== undefined) return `${name} was asked for with --tool${model}`;
  return `${name} ${choice.by}${model}`;
}

/** What moved the scorer, in words, the strongest first. */
export function toldEvidence(kind: Kind): NonNullable<Route['evidence']> {
  return merged(kind.evidence).slice(0, told);
}

// That a rule matched, and that it was the first to, are one thing to a reader.
function merged(evidence: readonly Evidence[]): Evidence[] {
  const sums = new Map<string, number>();
  for (const { what, weight } of evidence) {
    const name = named(what);
    sums.set(name, (sums.get(name) ?? 0) + weight);
  }
  return [...sums]
    .map(([what, weight]) => ({ what, weight: Math.round(weight * 100) / 100 }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

function named(what: string): string {
  if (what.startsWith('~')) return `shape: ${what.slice(1)}`;
  if (what.startsWith('^')) return `"${what.slice(1)}" at the start`;
  if (what.startsWith('first ')) return `rule ${what.slice('first '.length)}`;
  if (what.startsWith('most ')) return `most rules say ${what.slice('most '.length)}`;
  if (/^(rule|context) /.test(what) || what === 'no rule') return what;
  return `"${what}"`;
}
