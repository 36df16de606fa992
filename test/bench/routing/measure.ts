import type { Routing, Scorer } from '../../../src/model/routing.ts';
import { categories, tiers } from '../../../src/model/words.ts';
import { classify } from '../../../src/route/classify.ts';
import { coarse, coarseClasses, type Labelled } from './labelled.ts';
import { trainScorer } from './train-scorer.ts';

/** A labelled task with the router's answer. */
interface Answered {
  truth: string;
  answer: string;
  confidence: number;
  confident: boolean;
  tierTruth: string;
  tier: string;
}

/** Truth by answer by count. */
export type Confusion = Record<string, Record<string, number>>;

/** How well one question was answered; shares from 0 to 1. `macroF1` is the mean over the classes that occur. */
export interface Quality {
  accuracy: number;
  macroF1: number;
  confusion: Confusion;
}

/** What `npm run bench:routing` prints. */
export interface RoutingReport {
  schema: 'orchestra.routing-bench/1';
  tasks: number;
  /** Whether each repository was answered by a scorer trained on the others. */
  crossValidated: boolean;
  categories: Quality;
  coarse: Quality;
  tiers: Quality;
  /** The share of decisions that called themselves confident, and how many of those were right. */
  confident: { coverage: number; precision: number | null; precisionCoarse: number | null };
  /** How many were right among the most confident 20, 40, 60, 80 and 100 %. */
  precisionAt: Record<string, number>;
  byRepo: Record<string, { tasks: number; accuracy: number; coarse: number }>;
}

/** Asks the shipped `classify` about every task, with the scorer of its repository where there are `scorers`. */
export function measure(
  tasks: readonly Labelled[],
  routing: Routing,
  scorer: Scorer | undefined,
  scorers?: ReadonlyMap<string, Scorer>,
): RoutingReport {
  const answered = tasks.map((task): Answered => {
    const kind = classify(task.task, { routing, scorer: scorers?.get(task.repo) ?? scorer });
    return {
      truth: task.label,
      answer: kind.category,
      confidence: kind.confidence,
      confident: kind.confident,
      tierTruth: task.tier,
      tier: kind.tier,
    };
  });
  const right = (one: Answered) => one.answer === one.truth;
  const rightCoarse = (one: Answered) => coarse(one.answer) === coarse(one.truth);
  const sure = answered.filter((one) => one.confident);
  const byConfidence = answered.toSorted((a, b) => b.confidence - a.confidence);
  return {
    schema: 'orchestra.routing-bench/1',
    tasks: tasks.length,
    crossValidated: scorers !== undefined,
    categories: quality(
      answered.map(({ truth, answer }) => [truth, answer]),
      categories,
    ),
    coarse: quality(
      answered.map(({ truth, answer }) => [coarse(truth), coarse(answer)]),
      coarseClasses,
    ),
    tiers: quality(
      answered.map(({ tierTruth, tier }) => [tierTruth, tier]),
      tiers,
    ),
    confident: {
      coverage: share(answered, (one) => one.confident) ?? 0,
      precision: share(sure, right),
      precisionCoarse: share(sure, rightCoarse),
    },
    precisionAt: Object.fromEntries(
      [20, 40, 60, 80, 100].map((percent) => {
        const some = byConfidence.slice(0, Math.round((byConfidence.length * percent) / 100));
        return [`${percent} %`, share(some, right) ?? 0];
      }),
    ),
    byRepo: Object.fromEntries(
      [...new Set(tasks.map(({ repo }) => repo))].sort().map((repo) => {
        const own = answered.filter((_, at) => tasks[at]?.repo === repo);
        const figures = { accuracy: share(own, right) ?? 0, coarse: share(own, rightCoarse) ?? 0 };
        return [repo, { tasks: own.length, ...figures }];
      }),
    ),
  };
}

/** For each repository a scorer trained on the others. */
export function scorersByRepo(tasks: readonly Labelled[], routing: Routing): Map<string, Scorer> {
  const repos = [...new Set(tasks.map(({ repo }) => repo))];
  return new Map(
    repos.map((repo) => [
      repo,
      trainScorer(
        tasks.filter((task) => task.repo !== repo),
        routing,
      ),
    ]),
  );
}

function share<T>(list: readonly T[], holds: (one: T) => boolean): number | null {
  return list.length === 0 ? null : list.filter(holds).length / list.length;
}

function quality(pairs: readonly (readonly [string, string])[], order: readonly string[]): Quality {
  const classes = order.filter((name) => pairs.some((pair) => pair.includes(name)));
  const confusion = Object.fromEntries(
    classes.map((truth) => [
      truth,
      Object.fromEntries(
        classes.map((answer) => [answer, pairs.filter(([a, b]) => a === truth && b === answer).length]),
      ),
    ]),
  );
  const scores = classes.flatMap((name) => {
    const hits = confusion[name]?.[name] ?? 0;
    const given = pairs.filter(([, answer]) => answer === name).length;
    const there = pairs.filter(([truth]) => truth === name).length;
    return there === 0 ? [] : [(2 * hits) / (given + there)];
  });
  return {
    accuracy: share(pairs, ([truth, answer]) => truth === answer) ?? 0,
    macroF1: scores.reduce((sum, one) => sum + one, 0) / Math.max(1, scores.length),
    confusion,
  };
}
