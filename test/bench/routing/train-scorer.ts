import type { LinearModel, Routing, Scorer } from '../../../src/model/routing.ts';
import { categories, tiers } from '../../../src/model/words.ts';
import { findings, headOf } from '../../../src/route/classify.ts';
import { score } from '../../../src/route/score.ts';
import type { Labelled } from './labelled.ts';
import { type Example, type Restraint, regress } from './logistic.ts';

/** Weights nearer to zero than this are 0 in the shipped file. */
const negligible = 0.03;
/** Where the router may call itself confident: this share of its decisions there are right on repositories it has not seen. */
export const wantedPrecision = 0.75;

const restraints: Record<'label' | 'tier', Restraint> = {
  label: { rules: 8, words: 15 },
  tier: { rules: 20, words: 20 },
};

/** Trains category and tier from labelled tasks. The scale makes likelihoods honest on repositories left out of training. */
export function trainScorer(tasks: readonly Labelled[], routing: Routing): Scorer {
  const category = trained(tasks, routing, 'label');
  const tier = trained(tasks, routing, 'tier');
  return {
    schema: 'orchestra.scorer/1',
    confident: threshold(category.held),
    category: category.model,
    tier: tier.model,
  };
}

/** A prediction for a text of a repository that was left out. */
interface Held {
  likelihood: number;
  right: boolean;
}

function trained(
  tasks: readonly Labelled[],
  routing: Routing,
  key: 'label' | 'tier',
): { model: LinearModel; held: Held[] } {
  const order: readonly string[] = key === 'label' ? categories : tiers;
  const classes = order.filter((name) => tasks.some((task) => task[key] === name));
  const examples = tasks.map((task) => ({
    found: findings(headOf(task.task), routing),
    class: task[key],
    repo: task.repo,
  }));
  const fitted = (some: readonly Example[]) => pruned(regress(some, classes, restraints[key]));
  const folds = [...new Set(tasks.map((task) => task.repo))].map((repo) => ({
    model: fitted(examples.filter((example) => example.repo !== repo)),
    left: examples.filter((example) => example.repo === repo),
  }));
  const held = (scale: number) =>
    folds.flatMap(({ model, left }) => left.map((example) => answer(example, { ...model, scale })));
  const scale = folds.length < 2 ? 1 : bestScale(folds);
  return { model: { ...fitted(examples), scale }, held: folds.length < 2 ? [] : held(scale) };
}

function answer(example: Example, model: LinearModel): Held {
  const best = score(example.found, model).ranked[0];
  return { likelihood: best?.likelihood ?? 0, right: best?.name === example.class };
}

/** The scale under which the truth of the texts left out was most likely. */
function bestScale(folds: readonly { model: LinearModel; left: readonly Example[] }[]): number {
  const loss = (scale: number) =>
    folds
      .flatMap(({ model, left }) =>
        left.map((example) => {
          const { ranked } = score(example.found, { ...model, scale });
          return -Math.log(ranked.find(({ name }) => name === example.class)?.likelihood ?? 1e-9);
        }),
      )
      .reduce((sum, one) => sum + one, 0);
  const scales = Array.from({ length: 17 }, (_, at) => Math.round((0.6 + at * 0.05) * 100) / 100);
  return scales.map((scale) => ({ scale, loss: loss(scale) })).sort((a, b) => a.loss - b.loss)[0]?.scale ?? 1;
}

/** The least likelihood from which on the wanted share was right, in thousandths. */
function threshold(held: readonly Held[]): number {
  const steps = Array.from({ length: 600 }, (_, at) => (at + 300) / 1000);
  const reached = steps.find((limit) => {
    const sure = held.filter(({ likelihood }) => likelihood >= limit);
    return sure.length > 0 && sure.filter(({ right }) => right).length >= wantedPrecision * sure.length;
  });
  return reached ?? 0.6;
}

function pruned(model: LinearModel): LinearModel {
  const rounded = (weight: number) => (Math.abs(weight) < negligible ? 0 : Math.round(weight * 100) / 100);
  const weights = Object.entries(model.weights).flatMap(([name, row]) => {
    const kept = row.map(rounded);
    return kept.every((weight) => weight === 0) ? [] : [[name, kept]];
  });
  const bias = Object.fromEntries(
    Object.entries(model.bias).map(([name, weight]) => [name, rounded(weight)]),
  );
  return { ...model, bias, weights: Object.fromEntries(weights) };
}
