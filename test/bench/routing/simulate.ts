import { Profile } from '../../../src/model/profile.ts';
import { Routing, type Scorer } from '../../../src/model/routing.ts';
import { type Category, type Tier, tiers } from '../../../src/model/words.ts';
import { decide } from '../../../src/route/decide.ts';
import { learnLine, nothingLearned } from '../../../src/route/outcomes.ts';
import type { Labelled } from './labelled.ts';

/** A made-up tool: dollars for a unit of work with its small, middle and large model, and how often its work is good. */
interface Actor {
  name: string;
  usd: Record<Tier, number>;
  success: number;
  better: { categories: readonly Category[]; success: number };
}

/** The tools of the simulation, the first one the dearest and the first of the rules. */
export const actors: readonly Actor[] = [
  {
    name: 'dear',
    usd: { trivial: 0.01, standard: 0.03, complex: 0.06 },
    success: 0.85,
    better: { categories: ['architecture', 'refactor'], success: 0.9 },
  },
  {
    name: 'middle',
    usd: { trivial: 0.006, standard: 0.02, complex: 0.04 },
    success: 0.75,
    better: { categories: ['tests', 'devops', 'chore'], success: 0.9 },
  },
  {
    name: 'cheap',
    usd: { trivial: 0.002, standard: 0.008, complex: 0.02 },
    success: 0.6,
    better: { categories: ['docs', 'chore'], success: 0.85 },
  },
];
/** Units of work of a task, and what is left of the success for each tier that a model is below the task. */
export const work: Record<Tier, number> = { trivial: 2, standard: 10, complex: 40 };
export const belowTier = 0.7;
/** Tasks that were given to the tools in turn before the policies begin. */
export const history = 900;

/** What a policy came to over all tasks. */
export interface Outcome {
  policy: string;
  usd: number;
  /** The share that was good at the first try; the others were done again by the dearest model. */
  firstTry: number;
}

const names = actors.map(({ name }) => name);
const tools = names.map((name) => ({
  profile: Profile.parse({
    name,
    binary: name,
    format: 'plain',
    models: { trivial: 'trivial', standard: 'standard', complex: 'complex' },
  }),
  installed: true,
}));

type Pick = (task: Labelled) => { actor: Actor; model: Tier; category: Category; tier: Tier };

/** Every policy on the same tasks in the same order, with the same luck for the same choice. */
export function simulate(
  tasks: readonly Labelled[],
  shipped: Routing,
  scorerFor: (task: Labelled) => Scorer | undefined,
): Outcome[] {
  const routing = Routing.parse({ ...shipped, tools: [], default: { ...shipped.default, tools: names } });
  const shuffledTasks = shuffled(tasks);
  const order = shuffledTasks.slice(history);
  const dearest = actors[0] as Actor;
  const fixed =
    (actor: Actor, model?: Tier): Pick =>
    (task) => ({ actor, model: model ?? task.tier, category: task.label, tier: task.tier });
  const routed = (learning: ReturnType<typeof nothingLearned> | undefined): Pick => {
    return (task) => {
      const question = {
        request: { task: task.task },
        routing,
        tools,
        platform: 'any',
        learned: learning?.cells,
      };
      const { tool, category, tier } = decide({ ...question, scorer: scorerFor(task) });
      return { actor: actors.find(({ name }) => name === tool) ?? dearest, model: tier, category, tier };
    };
  };
  const learning = nothingLearned();
  const inTurn = routed(undefined);
  let turn = 0;
  play(
    'the past',
    shuffledTasks.slice(0, history),
    (task) => ({ ...inTurn(task), actor: actors[turn++ % actors.length] ?? dearest }),
    learning,
    0,
  );
  return [
    play('always the dearest model', order, fixed(dearest, 'complex')),
    ...actors.map((actor) => play(`always ${actor.name}, its middle model`, order, fixed(actor, 'standard'))),
    play('routed, nothing learned', order, routed(undefined)),
    play('routed, with what the past has taught', order, routed(learning), learning, history),
  ];
}

function play(
  policy: string,
  tasks: readonly Labelled[],
  pick: Pick,
  learning?: ReturnType<typeof nothingLearned>,
  before = 0,
): Outcome {
  const dearest = actors[0] as Actor;
  let usd = 0;
  let first = 0;
  tasks.forEach((task, at) => {
    const { actor, model, category, tier } = pick(task);
    const spent = actor.usd[model] * work[task.tier];
    const good = luck(at, names.indexOf(actor.name)) < chance(actor, task, model);
    usd += spent + (good ? 0 : dearest.usd.complex * work[task.tier]);
    if (good) first += 1;
    if (learning === undefined) return;
    const cost = { tokens: null, usd: spent, source: 'computed' as const, prices: null };
    const what = { tool: actor.name, model, category, tier, seconds: 60, status: good ? 'done' : 'failed' };
    const where = { at: '2026-01-01T00:00:00.000Z', task: `task-${before + at + 1}`, run: 1 };
    learnLine(learning, { schema: 'orchestra.ledger/1', ...where, ...what, ...cost });
  });
  return { policy, usd, firstTry: first / tasks.length };
}

function chance(actor: Actor, task: Labelled, model: Tier): number {
  const base = actor.better.categories.includes(task.label) ? actor.better.success : actor.success;
  return base * belowTier ** Math.max(0, tiers.indexOf(task.tier) - tiers.indexOf(model));
}

/** A number from 0 to 1 that belongs to a task and a tool. */
function luck(task: number, tool: number): number {
  let state = Math.imul(task * 31 + tool + 1, 0x9e3779b1);
  state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one, at) => ({ one, at: luck(at, 7) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
